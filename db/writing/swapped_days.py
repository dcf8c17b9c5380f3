"""How swapped days are written."""

from db.tables.swapped_days import SwappedDay, SwappedDayRevision
from db.writing.versioned import Versioned

SWAPPED_DAYS = Versioned(SwappedDay, SwappedDayRevision)
