"""Writing materials."""

from db.tables.materials import Material, MaterialRevision
from db.writing.versioned import Versioned

MATERIALS = Versioned(
    Material, MaterialRevision, topic="MATERIAL", inserted_at="added_at", derived=("word_key",)
)
