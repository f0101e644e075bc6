"""The one door out: no other room opens a connection to the world.

`Door` is the guarded one, `Fetch` the shape of it that the verbs know, `get` builds what
is asked of it. What goes in is a Request, what comes out a Page or a FetchError.
Never judges what a page says. Promises and reasons: docs/decisions/door.md
"""

from linkback.fetch.asking import Fetch, get
from linkback.fetch.door import Door
from linkback.fetch.terms import DoorSettings

__all__ = ["Door", "DoorSettings", "Fetch", "get"]
