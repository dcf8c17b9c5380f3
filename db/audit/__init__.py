"""The audit of schools: entries added in the order of commits, verified, and removed in time."""

from db.audit.chaining import Chainer, chain_all, entries_ahead
from db.audit.verifying import Fault, Verdict, verify

__all__ = ["Chainer", "Fault", "Verdict", "chain_all", "entries_ahead", "verify"]
