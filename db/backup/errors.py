"""Errors of backups; operators read their messages."""


class BackupError(RuntimeError):
    """The backup could not be made or restored; nothing was changed."""


class NotABackup(BackupError):
    """The file is no backup of Gradebook, or not all of one."""


class NotEmpty(BackupError):
    """The database to restore into holds something."""
