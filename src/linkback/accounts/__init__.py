"""The verb of people: who they are, how they sign in, what they may do where, and what their programs hold.

Whatever matters stands in tables, so that several processes agree; secrets are kept as digests only.
"""

from linkback.accounts.accounts import Accounts
from linkback.accounts.admission import Visit
from linkback.accounts.programs import Program

__all__ = ["Accounts", "Program", "Visit"]
