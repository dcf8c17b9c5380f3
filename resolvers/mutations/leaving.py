"""The last day of somebody in a school."""

from typing import Any
from uuid import UUID

from db.writing.kept import Kept
from domain.office import backwards
from domain.refusals import Refused
from resolvers.declarations.inputs import Parsed
from resolvers.declarations.office import Office
from resolvers.declarations.people import Leaving


async def leave(office: Office, kept: Kept[Any], id_: UUID, given: Parsed[Leaving]) -> Any:
    """Note the day; ties end with the people whom they join. Answers who they were."""
    word = kept.model.__name__.lower()
    person = await office.whole(kept, id_, word, "id")
    if error := backwards(person.begins_on, given.given.ends_on):
        raise Refused(error)
    await office.change(kept, person, ends_on=given.given.ends_on)
    await office.transaction.publish_rights()
    return person
