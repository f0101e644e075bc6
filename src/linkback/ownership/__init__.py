"""The verb own: a person names a site, and proves that it is theirs.

`proof` says what counts as a proof, and is pure; `owning` looks, and registers what was proven.
Promises and reasons: docs/decisions/proving-a-site.md
"""

from linkback.ownership.owning import WAYS, Ownership
from linkback.ownership.proof import endpoint_with, file_name, record_name, record_text
from linkback.storage.proposals import ProposedSite

__all__ = ["WAYS", "Ownership", "ProposedSite", "endpoint_with", "file_name", "record_name", "record_text"]
