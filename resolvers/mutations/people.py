"""What is done alike to students, guardians and teachers."""

from typing import Any, TypeVar
from uuid import UUID

from db.writing.office_records import Kept
from domain.office import backwards
from domain.refusals import Refused
from resolvers.declarations.inputs import Parsed
from resolvers.declarations.office import Office
from resolvers.declarations.people import Leaving, PersonChange, changed_person
from resolvers.declarations.steps import note_leaving
from resolvers.mutations.returning import comes_back, keep_gap

P = TypeVar("P", bound=PersonChange)


async def change(office: Office, kept: Kept[Any], id_: UUID, given: Parsed[P]) -> None:
    """Change what is given. Who may see what follows from the days that somebody is there."""
    whole = await office.whole(kept, id_, kept.model.__name__.lower(), "id")
    new = changed_person(given, whole)
    await office.change(kept, whole, **new)
    if "begins_on" in new:
        await office.transaction.publish_rights()


async def leave(office: Office, kept: Kept[Any], id_: UUID, given: Parsed[Leaving]) -> Any:
    """Note the day; ties end with the people whom they join. Who had left and is taken back was
    away in between. Answers who they were."""
    word = kept.model.__name__.lower()
    person = await office.whole(kept, id_, word, "id")
    if error := backwards(person.begins_on, given.given.ends_on):
        raise Refused(error)
    if returns := comes_back(person, given.given, office.transaction.today, word):
        await keep_gap(office, kept.model, person, returns)
    await office.change(kept, person, ends_on=given.given.ends_on)
    await note_leaving(office, word, person, given.given.ends_on, given.given.reason)
    await office.transaction.publish_rights()
    return person
