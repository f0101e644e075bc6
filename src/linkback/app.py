"""Builds every part once from the settings; the only place that does."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from linkback import __version__
from linkback.accounts import Accounts, Program, Visit
from linkback.channels import Caller, Hooks, NewHook
from linkback.core.addresses import parse_networks
from linkback.core.model import Site
from linkback.core.urls import host_of, registrable_domain, same_site
from linkback.desk import open_database, utc_now
from linkback.doctor import Advice, Discovery, Doctor, Examination, Finding, Level, Offer, OwnServer
from linkback.fetch import Door, DoorSettings, get
from linkback.fetch.budget import Budget
from linkback.fetch.standing import is_public, texts_of
from linkback.inbox import Inbox
from linkback.ledger import Ledger
from linkback.mail import Postman, Relay, Stationery, Trouble
from linkback.moderate import Moderator
from linkback.neighbourhood import Neighbourhood
from linkback.neighbourhood.survey import Surveyed, Surveyor
from linkback.notify import Deed, Link, Notifier, Office, Used
from linkback.overview import Overview
from linkback.ownership import Ownership, ProposedSite, endpoint_with, file_name, record_name, record_text
from linkback.receive import OwnPages, PoliteFetch, Receiver, Room, Verifier, WaitingRoom, our_addresses
from linkback.receive.admission import is_closed
from linkback.receive.own_pages import is_ours
from linkback.register import Registrar
from linkback.rulebook import Rulebook
from linkback.send import NoSource, Sender
from linkback.settings import Settings
from linkback.show import Showcase, Shown
from linkback.storage.crowdbook import CrowdBook
from linkback.storage.database import Database
from linkback.storage.lorebook import LoreBook
from linkback.storage.sitebook import SiteBook
from linkback.watch import FROM_NOW_ON, Followed, Foreseen, NoListing, Told, Watcher
from linkback.work import Worker

__all__ = [
    "FROM_NOW_ON", "Accounts", "App", "Deed", "Discovery", "Examination", "Finding", "Followed", "Foreseen", "Level",
    "Link", "NewHook", "NoListing", "NoSource", "Offer", "OwnServer", "Ownership", "Program", "ProposedSite", "Shown",
    "Surveyed", "Told", "Trouble", "Used", "Visit", "build", "endpoint_with", "file_name", "get", "open_app",
    "open_doctor", "open_door", "own_server", "record_name", "record_text",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class App:
    """All parts of a running Linkback."""

    settings: Settings
    database: Database
    door: PoliteFetch
    sites: SiteBook
    receiver: Receiver
    sender: Sender
    moderator: Moderator
    registrar: Registrar
    showcase: Showcase
    watcher: Watcher
    worker: Worker
    surveyor: Surveyor
    accounts: Accounts
    caller: Caller
    hooks: Hooks
    notifier: Notifier
    postman: Postman
    overview: Overview
    neighbourhood: Neighbourhood
    rulebook: Rulebook
    inbox: Inbox
    ownership: Ownership
    doctor: Doctor
    ledger: Ledger


@asynccontextmanager
async def open_app(settings: Settings, *, now: Callable[[], datetime] = utc_now) -> AsyncIterator[App]:
    """Open the database and the door, and build the verbs over them; what open_database raises."""
    async with open_database(settings) as database, open_door(settings) as door:
        app = build(settings, database, door, now)
        try:
            yield app
        finally:
            await app.receiver.close()


@asynccontextmanager
async def open_door(settings: Settings) -> AsyncIterator[Door]:
    """Open the door alone."""
    registrable_domain("example.com")  # reads the list of public suffixes now, not while the first caller waits
    door = Door(door_settings(settings))
    try:
        yield door
    finally:
        await door.close()


@asynccontextmanager
async def open_doctor(settings: Settings) -> AsyncIterator[Doctor]:
    """Open the door, and put a doctor behind it."""
    async with open_door(settings) as door:
        yield doctor_behind(door, settings)


def doctor_behind(door: PoliteFetch, settings: Settings) -> Doctor:
    """Return a doctor who asks through a door."""
    advice = Advice(settings.public_url) if settings.public_url else Advice()
    return Doctor(door, partial(is_public, settings=door_settings(settings)), advice)


def own_server(settings: Settings, sites: Iterable[Site], url: str) -> OwnServer:
    """Return what our own server, with these sites, knows of a page."""
    within = (site for site in sites if same_site(url, site.url))
    site = max(within, key=lambda site: len(site.url), default=None)
    ours = partial(is_ours, ours=our_addresses(settings.public_url, settings.endpoints))
    proxies = bool(settings.server_trusted_proxies)
    if site is None:
        return OwnServer(ours, names_proxies=proxies)
    return OwnServer(ours, site.url, site.protocols, is_closed(url, site), proxies)


def door_settings(settings: Settings) -> DoorSettings:
    """Return what the door must know of the settings."""
    return DoorSettings(
        allow=parse_networks(settings.network_allow),
        ports=settings.network_ports,
        contact=settings.network_contact,
        host_per_minute=settings.limits_host_per_minute,
        host_burst=settings.limits_host_burst,
        host_connections=settings.limits_host_connections,
        version=__version__,
    )


def relay_of(settings: Settings) -> Relay | None:
    """Return the mail server that the settings name, None when they name none."""
    if not settings.mail_server:
        return None
    host, _, port = settings.mail_server.rpartition(":")
    return Relay(
        host=host.strip("[]"),
        port=int(port),
        sender=settings.mail_sender,
        security=settings.mail_security,
        user=settings.mail_user,
        password=settings.mail_password,
        name=office_of(settings).stationery.domain,
    )


def office_of(settings: Settings) -> Office:
    """Return where letters are written; its address is empty where nobody said how the world reaches this server."""
    base = f"{settings.public_url.rstrip('/')}/" if settings.public_url else ""
    host = host_of(base) if base else settings.mail_sender.rpartition("@")[2]
    return Office(base, Stationery(settings.mail_sender, host))


def build(settings: Settings, database: Database, door: PoliteFetch, now: Callable[[], datetime]) -> App:
    """Put the parts together."""
    due = asyncio.Event()
    sites = SiteBook(database)
    ours = our_addresses(settings.public_url, settings.endpoints)
    own_pages = OwnPages(door, ours, required=settings.require_advertised)
    sender = Sender(
        database,
        door,
        sites,
        now,
        strict=settings.strict_discovery,
        own_links=settings.send_own_links,
        nofollow=settings.send_nofollow,
    )
    room = Room(settings.limits_held_per_host, settings.limits_held_per_page, settings.limits_held_per_site)
    receiver = Receiver(
        database=database,
        door=door,
        sites=sites,
        verifier=Verifier(database, door, own_pages, CrowdBook(database, now), LoreBook(database), now),
        senders=Budget(settings.limits_sender_per_minute, 0, time.monotonic),
        room=WaitingRoom(database, now, room),
        now=now,
        wait=settings.pingback_wait,
        inline=settings.limits_inline,
        wake=due.set,
        public_url=f"{settings.public_url.rstrip('/')}/" if settings.public_url else "",
    )
    watcher = Watcher(database, door, sites, sender, now, settings.watch_minutes)
    caller = Caller(database, door, now)
    hooks = Hooks(database, now, parse_networks(settings.network_allow), settings.network_ports)
    relay, office = relay_of(settings), office_of(settings)
    notifier = Notifier(database, office, now, by_mail=relay is not None and bool(office.base))
    postman = Postman(database, relay, office.stationery, now)
    worker = Worker(database, receiver, sender, watcher, now, due, caller, notifier, postman)
    surveyor = Surveyor(database, door, LoreBook(database), now)
    desk = (Moderator(database, now), Registrar(database, now), Showcase(database))
    people = Accounts(database, now)
    parts = (receiver, sender, *desk, watcher, worker, surveyor, people, caller, hooks, notifier, postman)
    seen = (Overview(database, now), Neighbourhood(database, now), Rulebook(database, now), Inbox(database, now))
    texts = partial(texts_of, settings=door_settings(settings))
    ownership = Ownership(database, door, texts, partial(is_ours, ours=ours), now)
    checks = (ownership, doctor_behind(door, settings), Ledger(database, now))
    return App(settings, database, door, sites, *parts, *seen, *checks)
