"""The verb receive: a ping comes in, is verified, judged and kept, or refused with a reason.

It does not know which protocol a ping came by. How a caller is answered is in receiver.py, the
look at a source in verifier.py, what a look means in aftermath.py; what is refused before any
network in admission.py, how much may wait for the owner in waiting_room.py, the look at the owner's
own page in own_pages.py. What changed of a page is noticed in noticing.py and judged in anew.py, what
the world may see of a ping said in states.py; the units of work stand in keeping.py.
"""

from linkback.receive.own_pages import OwnPages, our_addresses
from linkback.receive.receiver import PoliteFetch, Receiver
from linkback.receive.states import ClaimState
from linkback.receive.verifier import Verifier
from linkback.receive.waiting_room import Room, WaitingRoom

__all__ = ["ClaimState", "OwnPages", "PoliteFetch", "Receiver", "Room", "Verifier", "WaitingRoom", "our_addresses"]
