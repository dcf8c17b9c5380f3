"""Entries that are older than the term of the audit are removed, and the rest stays verifiable.

An entry says up to which number and digest others were removed; the chain has both as its anchor.
"""

from datetime import timedelta
from typing import Any

from db.audit.terms import years_before
from db.reading.audit import newest_before
from db.reading.schools import every_school
from db.store import Reader, Store
from db.writing.audit import (
    BATCH,
    add_entries,
    anchor_chain,
    arrays_of,
    claim_chain,
    release_chain,
    remove_entries,
)
from domain.audit import AuditKind, Entry, pruned_as
from domain.clock import now
from domain.ids import uuid7
