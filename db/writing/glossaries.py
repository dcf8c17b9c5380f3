"""Writing terms of glossaries."""

from db.tables.glossaries import GlossaryTerm, GlossaryTermRevision
from db.writing.versioned import Versioned

GLOSSARY_TERMS = Versioned(
    GlossaryTerm,
    GlossaryTermRevision,
    inserted_at="added_at",
    derived=("word_key",),
)
