"""What several change of one site at the same moment, each in a part of their own: all of it is kept."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

from linkback.core.model import Listed, ListedAction, ListedKind, Ping, Status
from linkback.moderate import Moderator, What
from linkback.register import Registrar
from linkback.rulebook import Rulebook
from linkback.storage import mentions, sites
from linkback.storage.database import Database
from linkback.storage.settlement import Settlement

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://me.example/"
TIMES = range(8)


def now() -> datetime:
    return NOW


async def test_rules_settings_and_hosts_that_are_changed_at_once_are_all_kept(
    database: Database, database_url: str
) -> None:
    other = Database.open(database_url)
    site = await database.write(sites.add, URL, NOW)
    registrar, rulebook, moderator = Registrar(database, now), Rulebook(other, now), Moderator(database, now)

    async def close(number: int) -> None:
        await registrar.change(URL, lambda there: replace(there, closed=(*there.closed, f"/{number}")))

    async def list_word(number: int) -> None:
        await rulebook.add(site, Listed(ListedAction.BLOCK, ListedKind.WORD, f"word {number}"))

    async def trust(number: int) -> None:
        source, target = f"https://{number}.example/", f"{URL}post"
        settled = Settlement(site.id, source, target, Status.HELD, NOW, ping=Ping(source, target, "pingback"))
        mention = await database.write(mentions.settle, settled)
        await moderator.list_hosts(What.TRUST, [mention.id], by="ana")

    await asyncio.gather(*(change(number) for number in TIMES for change in (close, list_word, trust)))
    kept = await database.read(sites.get, URL)
    other.close()
    assert set(kept.closed) == {f"/{number}" for number in TIMES}
    assert {one.pattern for one in kept.lists} == {f"word {n}" for n in TIMES} | {f"{n}.example" for n in TIMES}
