"""What an owner does with webhooks: name one, try it, leave it alone for a while, read its log, send a call again."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import Connection

from linkback.channels.owing import pause
from linkback.core import urls
from linkback.core.addresses import Network, may_connect
from linkback.core.errors import BadURL, NotFound, Unfit
from linkback.core.formats import hook
from linkback.core.model import Call, HookForm, NewsKind, Site, Webhook
from linkback.storage import calls, webhooks
from linkback.storage.database import Database
from linkback.words import _

SECRET_BYTES = 32  # 43 characters; webmention.io's receivers take up to 50
MOST_WAITING = 20  # calls of a webhook, before a person may add another one
MOST_WEBHOOKS = 20  # of a site; each is a call for each mention


@dataclass(frozen=True, slots=True)
class NewHook:
    """A webhook as somebody asks for one."""

    url: str
    kinds: frozenset[NewsKind]
    form: HookForm = HookForm.LINKBACK


@dataclass(frozen=True, slots=True)
class Hooks:
    """Keeps the webhooks of sites. `allow` are private networks that may be called all the same, on any port."""

    LOG_PAGE: ClassVar[int] = 50  # calls

    database: Database
    now: Callable[[], datetime]
    allow: tuple[Network, ...] = ()
    ports: tuple[int, ...] = ()

    async def of(self, site_id: int) -> list[Webhook]:
        """Return the webhooks of a site, oldest first."""
        return await self.database.read(webhooks.of, site_id)

    async def get(self, site_id: int, webhook_id: int) -> Webhook:
        """Return a webhook of a site; raises NotFound, for another site's too."""
        webhook = await self.database.read(webhooks.get, webhook_id)
        if webhook.site_id != site_id:
            raise NotFound("webhook", webhook_id)
        return webhook

    async def add(self, site_id: int, wanted: NewHook) -> Webhook:
        """Keep a new webhook, with a secret of its own; raises Unfit with the field that will not do."""
        url = self.fit(wanted.url)
        if not wanted.kinds:
            raise Unfit("kinds", _("Say what the program wants to hear of: at least one thing."))
        secret = secrets.token_urlsafe(SECRET_BYTES)
        return await self.database.write(_add, Webhook(0, site_id, url, secret, wanted.form, wanted.kinds), self.now())

    def fit(self, text: str) -> str:
        """Return an address that may be called; raises Unfit with a sentence that says what would do.

        Names are not looked up here: where they lead is checked at each call.
        """
        try:
            url = urls.parse(text.strip())
        except BadURL as error:
            raise Unfit("url", str(error)) from error
        if url.host == "localhost" or (_is_address(url.host) and not may_connect(url.host, self.allow)):
            raise Unfit("url", _("This is not a public address. Programs are called on the public internet only."))
        if not self.allow and url.port not in self.ports:
            named = ", ".join(map(str, self.ports))
            raise Unfit("url", _("Programs are called on these ports only: %(ports)s.") % {"ports": named})
        return url.href

    async def pause(self, webhook: Webhook) -> None:
        """Leave a webhook alone: what it is owed is not sent, and nothing new is owed."""
        await self.database.write(pause, webhook.id, self.now())

    async def resume(self, webhook: Webhook) -> None:
        """Let a webhook hear again of what happens from now on."""
        await self.database.write(webhooks.pause, webhook.id, paused=False)

    async def drop(self, webhook: Webhook) -> None:
        """Forget a webhook and its log."""
        await self.database.write(webhooks.drop, webhook.id)

    async def test(self, site: Site, webhook: Webhook) -> Call:
        """Owe a webhook a call that tells of nothing; raises Unfit for one that is paused or is owed much."""
        now = self.now()
        return await self._owe(webhook, Call(0, webhook.id, None, hook.write_test(webhook, site, now), now, now))

    async def call(self, webhook: Webhook, call_id: int) -> Call:
        """Return a call of the log of a webhook; raises NotFound, for another webhook's too."""
        call = await self.database.read(calls.get, call_id)
        if call.webhook_id != webhook.id:
            raise NotFound("call", call_id)
        return call

    async def again(self, webhook: Webhook, call_id: int) -> Call:
        """Owe a webhook a call of its log once more, the same bytes; raises NotFound or Unfit."""
        former, now = await self.call(webhook, call_id), self.now()
        return await self._owe(webhook, Call(0, webhook.id, former.kind, former.body, now, now))

    async def log(self, webhook: Webhook, before_id: int | None = None) -> list[Call]:
        """Return a page of the log of a webhook, newest first."""
        return await self.database.read(calls.log, webhook.id, before_id=before_id, limit=self.LOG_PAGE)

    async def _owe(self, webhook: Webhook, call: Call) -> Call:
        if webhook.paused:
            raise Unfit("", _("This webhook is paused. Let it go on first."))
        return await self.database.write(_owe, call)


def _owe(connection: Connection, call: Call) -> Call:
    if calls.count_waiting(connection, call.webhook_id, MOST_WAITING) >= MOST_WAITING:
        words = _(
            "%(most)s calls of this webhook wait already. Wait until they are made, or pause it: that drops them."
        )
        raise Unfit("", words % {"most": MOST_WAITING})
    return calls.add(connection, call)


def _add(connection: Connection, webhook: Webhook, now: datetime) -> Webhook:
    if len(webhooks.of(connection, webhook.site_id)) >= MOST_WEBHOOKS:
        words = _("A site has at most %(most)s webhooks. Delete one that is not used any more.")
        raise Unfit("url", words % {"most": MOST_WEBHOOKS})
    return webhooks.add(connection, webhook, now)


def _is_address(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()
