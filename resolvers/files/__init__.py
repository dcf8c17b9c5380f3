"""Files that people upload: checked, kept, shown to whom their record is shown, and removed."""

from resolvers.files.keeping import Files
from resolvers.files.limits import Limits
from resolvers.files.reading import file_shown_to
from resolvers.files.spool import Spool

__all__ = ["Files", "Limits", "Spool", "file_shown_to"]
