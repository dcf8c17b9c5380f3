"""Writing materials, and who has opened them."""

from sqlalchemy import ClauseElement

from db.reading.parts import NOW
from db.statement import statement
from db.tables.materials import Material, MaterialOpening, MaterialRevision
from db.writing.parts import ACCOUNT, insert_each
from db.writing.versioned import Versioned

MATERIALS = Versioned(Material, MaterialRevision, inserted_at="added_at", derived=("word_key",))
OPENED_BY = ("school_id", "material_id", "student_id", "account_id")


@statement(MaterialOpening)
def note_materials_opened() -> ClauseElement:
    """Note what an account has opened; what it had opened before stays as it was."""
    given = ("id", "material_id", "student_id", "as_guardian")
    noted = insert_each(MaterialOpening, given, {"account_id": ACCOUNT, "at": NOW})
    return noted.on_conflict_do_nothing(index_elements=OPENED_BY)
