"""Neighbours: the domains that link to a site, over time, how bad each is, and why.

Pure: links come in one by one, values go out. `seen` are the values, `gathering` makes domains of links, `scoring`
weighs them, `news` tells what changed since the last report, `disavow` drafts a file for Google that nobody sends,
`families` picks what to show of many.
`linklist` reads what others know of links to the site, out of `tabular` files whose `columns` and `dates` it makes out.
"""

from linkback.core.neighbours.disavow import Draft, disavow
from linkback.core.neighbours.families import first_of_each
from linkback.core.neighbours.gathering import Gathering, gather
from linkback.core.neighbours.linklist import BadLine, LinkList, ListedLink, read_list
from linkback.core.neighbours.news import News, Standing, news, standing_of
from linkback.core.neighbours.scoring import BAD_FROM, DOUBTFUL_FROM, is_bad, scored
from linkback.core.neighbours.seen import Neighbour, Sighting

__all__ = [
    "BAD_FROM", "DOUBTFUL_FROM", "BadLine", "Draft", "Gathering", "LinkList", "ListedLink", "Neighbour", "News",
    "Sighting", "Standing", "disavow", "first_of_each", "gather", "is_bad", "news", "read_list", "scored",
    "standing_of",
]  # fmt: skip
