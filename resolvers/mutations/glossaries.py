"""Terms of glossaries added, changed, withdrawn and restored."""

from dataclasses import dataclass
from typing import Annotated

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from db.tables.glossaries import GlossaryTerm
from db.tables.schools import Subject
from db.writing.versioned import Row
from domain.history import Step
from domain.names import changed_text_key, check_language, text_key
from domain.policy import WRITERS
from domain.refusals import UserErrorCode
from resolvers.declarations.creation import creates
from resolvers.declarations.editing import Edit, edits
from resolvers.declarations.inputs import Checked, GlobalId, OwnId, Parsed, Text
from resolvers.declarations.parsing import LONGEST_TEXT
from resolvers.declarations.transaction import Transaction
from resolvers.declarations.withdrawal import restores, standing, withdraws
from resolvers.glossaries import GLOSSARY_TERM
from resolvers.mutations.materials import in_use
from resolvers.schools import SUBJECT

Code = UserErrorCode
LONGEST_TERM = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class AddGlossaryTerm:
    """A term to add to the glossary of a subject."""

    subject: Annotated[str, "The subject, by global id.", GlobalId("Subject")]
    term: Annotated[str, "The term.", Text(LONGEST_TERM)]
    meaning: Annotated[str, "What it means, or what it is in another language.", Text(LONGEST_TEXT)]
    language: Annotated[
        str | None, "The language of the term, by BCP 47.", Text(100), Checked(check_language)
    ] = None
    id: Annotated[
        str | None,
        "A UUID version 7 of the client's, so that adding it is safe to retry.",
        OwnId(),
    ] = None


@creates(
    GLOSSARY_TERM,
    "Add a term to the glossary of a subject, for all who learn it; by its teachers, and by the "
    "head and the deputies.",
    at=SUBJECT,
    field="subject",
    step=Step.ADDED,
    by=WRITERS,
    refusal="You may not add terms to the glossary of this subject.",
    requires=[in_use],
)
async def add_glossary_term(
    transaction: Transaction, given: Parsed[AddGlossaryTerm], subject: Subject
) -> Row:
    new = given.given
    return {
        "id": given.id,
        "subject_id": subject.id,
        "teacher_id": transaction.teacher_id,
        "term": new.term,
        "meaning": new.meaning,
        "language": new.language,
        "word_key": text_key(new.term, new.meaning),
    }


@dataclass(frozen=True, slots=True)
class ChangeGlossaryTerm(Edit):
    """What changes of a term of a glossary."""

    term: Annotated[str | UnsetType, "The term; as it is, if left out.", Text(LONGEST_TERM)] = UNSET
    meaning: Annotated[
        str | UnsetType, "What it means; as it is, if left out.", Text(LONGEST_TEXT)
    ] = UNSET
    language: Annotated[
        str | UnsetType | None,
        "The language of the term; as it is, if left out; null takes it away.",
        Text(100),
        Checked(check_language),
    ] = UNSET


@edits(
    GLOSSARY_TERM,
    "Change a term of a glossary; what it was stays in its history.",
    Code.WITHDRAWN,
    step=Step.CHANGED,
    by=WRITERS,
    requires=[standing(GLOSSARY_TERM)],
)
async def change_glossary_term(
    _: Transaction, given: Parsed[ChangeGlossaryTerm], term: GlossaryTerm
) -> Row:
    new = given.columns(changes=True)
    return {**new, "word_key": changed_text_key(term, new, "term", "meaning")}


withdraw_glossary_term = withdraws(
    GLOSSARY_TERM, "Take a term of a glossary back; it stays in the history.", by=WRITERS
)
restore_glossary_term = restores(
    GLOSSARY_TERM, "Let a withdrawn term of a glossary stand again.", by=WRITERS
)
