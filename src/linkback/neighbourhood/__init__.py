"""The verb neighbourhood: an owner is warned early of who links to a site.

`report` gathers mentions and listed links into domains, `listing` takes lists that others made; neither reaches the
network. `survey` looks at the listed pages through the door, and is imported only by who needs it.
"""

from linkback.neighbourhood.listing import Taken
from linkback.neighbourhood.report import Extent, Neighbourhood, Report

__all__ = ["Extent", "Neighbourhood", "Report", "Taken"]
