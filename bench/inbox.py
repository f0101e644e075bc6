"""How long the inbox takes to answer when a site has very many mentions: each view, over HTTP, on this machine.

A database is filled in one go with mentions as a busy site has them: a fifth of one host, half of one page. Then
Linkback serves it, and each view is asked for again and again by somebody who is signed in.
"""

import asyncio
import json
import random
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog
from sqlalchemy import Connection, insert

from linkback.accounts import Accounts
from linkback.core.model import Author, Citation, Evidence, Makeup, Mention, Reason, Site, Status, Verdict
from linkback.desk import open_database, utc_now
from linkback.settings import Settings
from linkback.storage import sites
from linkback.storage.mention_rows import content, identity
from linkback.storage.tables import hosts, mentions, receipts, to_stored
from linkback.web.dashboard.cookies import SESSION
from linkback.web.server import Listener, Server

MENTIONS = 100_000
ALLOWED = 100.0  # milliseconds of an answer
SITE = "https://garden.example/"
WORDS = ("bread", "compost", "garden", "tomato", "winter", "heap", "leaves", "frost", "seed", "moss", "shade", "water")
# Of a hundred mentions, so many stand there.
STATUSES = [Status.APPROVED] * 70 + [Status.HELD] * 12 + [Status.SPAM] * 12 + [Status.REMOVED] * 4 + [Status.GONE] * 2
AT_ONCE = 5_000  # rows in one statement
REASONS = (Reason("relevance", "The page is about the same as yours.", -1.5), Reason("first", "It is new here.", 0.4))
VIEWS = {
    "what waits": "",
    "what waits, further on": "before={half}",
    "approved": "status=approved",
    "all": "status=all",
    "by host": "group=host",
    "by page": "group=page",
    "approved, by page": "status=approved&group=page",
    "of a host": "status=all&host=many.example",
    "of a page": "status=all&target=https://garden.example/known",
    "words that are frequent": "status=approved&q=compost+frost",
    "a word that is nowhere": "status=approved&q=zebra",
    "one kind": "status=approved&kind=reply",
    "one protocol": "protocol=pingback",
}


@dataclass(frozen=True, slots=True)
class Took:
    """How long a view took, in milliseconds: half of the answers, and nine of ten; and what it cost of a core."""

    view: str
    median: float
    ninth: float
    cpu: float


def measure(count: int, rounds: int) -> list[Took]:
    """Return how long each view takes with so many mentions."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    with TemporaryDirectory() as folder:
        settings = Settings(database=f"sqlite:///{Path(folder)}/inbox.db")
        cookie = asyncio.run(_prepare(settings, count))
        with _serving(settings) as port:
            return [_timed(port, cookie, view, query.format(half=count // 2), rounds) for view, query in VIEWS.items()]


def as_text(took: list[Took], count: int) -> str:
    """Return a table."""
    lines = [f"{one.view:26} {one.median:7.1f} ms {one.ninth:7.1f} ms {one.cpu:7.1f} ms" for one in took]
    return "\n".join([f"{f'{count} mentions':26} {'median':>10} {'9 of 10':>10} {'CPU':>10}", *lines])


def as_json(took: list[Took], count: int) -> str:
    """Return one JSON document."""
    views = [{"view": one.view, "median_ms": one.median, "ninth_ms": one.ninth, "cpu_ms": one.cpu} for one in took]
    return json.dumps({"mentions": count, "allowed_ms": ALLOWED, "views": views}, indent=1)


def is_sound(took: list[Took]) -> bool:
    """Tell whether every view answers within what is allowed."""
    return all(one.median <= ALLOWED for one in took)


def _timed(port: int, cookie: str, view: str, query: str, rounds: int) -> Took:
    connection = HTTPConnection("127.0.0.1", port)
    took = list[float]()
    spent = time.process_time()
    for number in range(rounds + 1):
        if number == 1:  # the first one compiles the template and the statements
            spent = time.process_time()
        began = time.perf_counter()
        connection.request("GET", f"/dashboard/inbox?{query}", headers={"Cookie": cookie, "Accept": "text/html"})
        answer = connection.getresponse()
        answer.read()
        took.append((time.perf_counter() - began) * 1000)
        if answer.status != 200:
            raise RuntimeError(f"{view}: status {answer.status}")
    connection.close()
    cpu = (time.process_time() - spent) * 1000 / rounds
    took = sorted(took[1:])
    return Took(view, statistics.median(took), took[int(len(took) * 0.9)], cpu)


async def _prepare(settings: Settings, count: int) -> str:
    """Fill the database, sign somebody in, and return the cookie."""
    async with open_database(settings) as database:
        site = await database.write(sites.add, SITE, utc_now())
        await database.write(_fill, site, count)
        accounts = Accounts(database, utc_now)
        user = await accounts.set_up(await accounts.open_setup() or "", "ana", "correct horse battery", "")
        return f"{SESSION}={await accounts.start_session(user)}"


def _fill(connection: Connection, site: Site, count: int) -> None:
    made = [_mention(site, number, random.Random(number)) for number in range(1, count + 1)]
    for at in range(0, count, AT_ONCE):
        part = made[at : at + AT_ONCE]
        connection.execute(insert(mentions), [_row(mention) for mention in part])
        connection.execute(insert(receipts), [_receipt(mention) for mention in part])
    connection.execute(insert(hosts), list(_hosts(made)))


def _mention(site: Site, number: int, chance: random.Random) -> Mention:
    host = "many.example" if chance.random() < 0.2 else f"h{int(chance.paretovariate(0.4)) % 20_000}.example"
    target = f"{SITE}known" if chance.random() < 0.5 else f"{SITE}post-{chance.randrange(800)}"
    excerpt = " ".join(chance.choices(WORDS, k=40))
    anchor, title = " ".join(excerpt.split()[3:6]), " ".join(chance.choices(WORDS, k=6))
    status = chance.choice(STATUSES)
    citation = Citation(title, Author(f"Ana {number % 97}", f"https://{host}/"), anchor=anchor, excerpt=excerpt)
    now = utc_now() - timedelta(minutes=10 * MENTIONS - number)
    mention = Mention(number, site.id, f"https://{host}/post/{number}", target, status, now, citation)
    evidence = Evidence(Makeup(300, 4, 3, 0.1, "Latin", "template", "wording"))
    return replace(mention, verdict=Verdict(status, 0.3, REASONS), verified_at=now, evidence=evidence)


def _row(mention: Mention) -> dict[str, object]:
    decided = {"sponsored": False, "decided_by": None, "decided_at": None}
    return {"id": mention.id, **identity(mention), **content(mention), **decided}


def _receipt(mention: Mention) -> dict[str, object]:
    protocol, at = ("webmention" if mention.id % 3 else "pingback"), to_stored(mention.received_at)
    names = {"mention_id": mention.id, "protocol": protocol, "sender": None}
    return {**names, "first_at": at, "last_at": at, "times": 1}


def _hosts(made: list[Mention]) -> Iterator[dict[str, object]]:
    counts: dict[str, dict[str, int]] = {}
    for mention in made:
        host = mention.source.split("/")[2]
        found = counts.setdefault(host, {status.value: 0 for status in Status})
        found[mention.status] += 1
    now = to_stored(utc_now())
    for host, found in counts.items():
        yield {"site_id": made[0].site_id, "host": host, "first_seen_at": now, "last_seen_at": now, **found}


@contextmanager
def _serving(settings: Settings) -> Iterator[int]:
    listener = Listener("127.0.0.1", 0)
    server = listener.server_for(Server(replace(settings, public_url=listener.url)))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener.socket]})
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield listener.socket.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()
