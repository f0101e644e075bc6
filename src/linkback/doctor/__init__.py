"""The doctor: tests a page's set-up point by point, and says how to mend it.

`findings` is what is said, `subject` the page as it is written; `page`, `endpoint`, `own` and one module
for each protocol turn these into findings, all pure. `doctor` alone asks the network, through the door.
"""

from linkback.doctor.doctor import Discovery, Doctor, Examination
from linkback.doctor.findings import Finding, Level
from linkback.doctor.own import OwnServer
from linkback.doctor.subject import Advice, Offer

__all__ = ["Advice", "Discovery", "Doctor", "Examination", "Finding", "Level", "Offer", "OwnServer"]
