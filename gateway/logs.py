"""The log of a process: whatever fails while the database is away is one line of it."""

import logging
from copy import copy

from db.availability import is_unavailable, shown

FORMAT = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"


class OneLineFormatter(logging.Formatter):
    """Leaves out tracebacks that say no more than that the database is away: ours and those of the
    libraries, which all come by here. Each request of thousands would write a hundred lines."""

    def format(self, record: logging.LogRecord) -> str:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and is_unavailable(error):
            record = copy(record)  # other handlers have it too
            record.msg = f"{record.getMessage()}: the database is away: {shown(error)}"
            record.args = record.exc_info = record.exc_text = None
        return super().format(record)


def set_up() -> None:
    """Log warnings and errors to the standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(OneLineFormatter(FORMAT))
    logging.basicConfig(handlers=[handler])
