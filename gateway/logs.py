"""Logging: errors of an unavailable database take one line each."""

import logging
from copy import copy

from db.availability import is_unavailable, shown

FORMAT = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"


class OneLineFormatter(logging.Formatter):
    """Omits tracebacks of errors that only say that the database is unavailable, of our code and of
    libraries. Each of thousands of requests would log a hundred lines."""

    def format(self, record: logging.LogRecord) -> str:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and is_unavailable(error):
            record = copy(record)  # other handlers use it too
            record.msg = f"{record.getMessage()}: the database is away: {shown(error)}"
            record.args = record.exc_info = record.exc_text = None
        return super().format(record)


def set_up() -> None:
    """Log warnings and errors to stderr."""
    handler = logging.StreamHandler()
    handler.setFormatter(OneLineFormatter(FORMAT))
    logging.basicConfig(handlers=[handler])
