"""Signatures of diaries, and what guardians have seen: for the staff, and never for the child."""

from db.reading import diary_signatures
from db.tables.diary_signatures import DiarySignature
from db.writing.diary_signatures import DIARY_SIGNATURES
from domain.audience import STAFF_OF, Audience
from domain.ties import TieName
from resolvers.declarations.noun import Event, History, Noun
from resolvers.loaders import Loader
from resolvers.relations import Tie, student

SIGNERS = Audience.GUARDIAN
READERS = STAFF_OF | SIGNERS
DIARY_SIGNATURE = Noun(
    DiarySignature,
    code="Ds",
    visible_to=READERS,
    ties=(
        *student("student_id"),
        Tie(Audience.COURSE_TEACHER, TieName.STUDENT_TAUGHT, "student_id"),
    ),
    read=diary_signatures.signatures_by_id,
    written=DIARY_SIGNATURES,
    history=History("Dt", STAFF_OF),
    event=Event(
        "A week of a diary that a guardian signed.",
        "Weeks of diaries that guardians sign",
        "Signatures of diaries: `diary_signature.signed`.",
    ),
)
SignaturesByStudent = Loader(
    "SignaturesByStudent", diary_signatures.signatures_of_students, "student_id", many=True
)
SeenByRecord = Loader("SeenByRecord", diary_signatures.seen_of_records, "record_id", many=True)
