"""The verb overview: an owner sees how mentions come and what becomes of them, and what was kept away.

`kept` reads what was kept away of one site, `trends` how the mentions of sites go over time. Nothing is changed here.
"""

from linkback.overview.kept import KeptAway
from linkback.overview.overview import Overview
from linkback.overview.trends import SPANS, Trends
from linkback.storage.trends import Gone, NewHost, Ranking, Rules

__all__ = ["SPANS", "Gone", "KeptAway", "NewHost", "Overview", "Ranking", "Rules", "Trends"]
