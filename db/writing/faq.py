"""Writing the questions that the office answers for all."""

from db.tables.faq import FaqEntry, FaqEntryRevision
from db.writing.versioned import Versioned

FAQ = Versioned(FaqEntry, FaqEntryRevision, derived=("word_key",))
