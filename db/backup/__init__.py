"""Backups of a whole database: every school, account, history and setting in one file.

The file is an archive of `pg_dump`, which `pg_restore` can read, with a description at its end. Not
carried are sessions and counts of sign-in tries, so that everybody signs in anew and no session
that has ended comes back; and the rows of the feed, which mean nothing in another database.
"""

from db.backup.archive import Manifest
from db.backup.errors import BackupError, NotABackup, NotEmpty
from db.backup.making import back_up, refuse_cluster
from db.backup.restoring import restore

__all__ = [
    "BackupError", "Manifest", "NotABackup", "NotEmpty", "back_up", "refuse_cluster", "restore",
]  # fmt: skip
