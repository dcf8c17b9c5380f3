"""What follows from a noun's declaration, for a person to read."""

from collections.abc import Iterator
from typing import Any

from db.statement import Statement
from resolvers import global_id
from resolvers.declarations.mutation import MUTATIONS
from resolvers.declarations.naming import camel, snake
from resolvers.declarations.noun import NOUNS, Noun
from resolvers.feed.keys import EVERYBODY
from resolvers.feed.topics import topic_of
from resolvers.relations import RELATIONS, Tie


def described(noun: Noun[Any]) -> Iterator[str]:
    """Lines: its ids, who reads it, what its feed tells whom, its statements and its mutations."""
    yield f"# {noun.name}"
    yield f"Declared in {_where(noun)}; its table is {noun.model.__module__}.{noun.name}."
    yield f"Global ids begin with {global_id.CODES[noun.name].decode()!r}, before school and id."
    yield ""
    yield "# Who reads it"
    yield from _readers(noun.name)
    if noun.withdrawal is not None and noun.withdrawal.hidden:
        yield f"Once withdrawn, nobody reads {', '.join(noun.withdrawal.hidden)}."
    if noun.day is not None:
        yield f"A locked period closes it by its {noun.day}."
    yield ""
    if noun.event is not None:
        field = f"{camel(snake(noun.name))}Changed"
        yield "# Feed"
        yield f"Topic {noun.topic}, of the feed and for webhooks; type {noun.name}Change."
        yield f"{field}, diaryChanged and changes tell of it."
        yield from _recipients(noun)
        yield ""
    if noun.history is not None:
        yield f"# {noun.revision.name}"
        yield from _readers(noun.revision.name)
        yield ""
    yield "# Statements"
    for statement in _statements(noun):
        yield f"{statement.name}({', '.join(_parameters(statement))})"
        yield from (f"    {line.strip()}" for line in statement.text.splitlines())
    yield ""
    yield "# Mutations"
    for mutation in MUTATIONS.values():
        if mutation.noun is noun:
            yield f"{camel(mutation.name)}: {', '.join(mutation.codes)}"


def _recipients(noun: Noun[Any]) -> Iterator[str]:
    """To whom its changes are told, which follows from its ties and from whom it is visible to."""
    topic = topic_of(noun)
    who = "whoever learns there" if topic.whole else "the student"
    if columns := [column.name for column in topic.places]:
        around = f"{who}, by {', '.join(columns)}, their guardians and teachers"
        yield f"Recipients: {around}; the office."
    for tie in noun.ties:
        if tie.name in topic.direct_ties:
            yield f"Recipients: {tie.audience.name}, by {tie.column}."
    for group in sorted(topic.groups):
        yield f"Recipients: {'everybody' if group == EVERYBODY else 'the staff'} of the school."


def _where(noun: Noun[Any]) -> str:
    """The module whose declaration it follows from: the nearest one that names it."""
    import sys  # asked for by nobody but a reader of this page

    of = next((each for each in NOUNS.values() if each.history and each.revision is noun), noun)
    found = [
        name
        for name, module in sys.modules.items()
        if name.startswith("resolvers.") and of in vars(module).values()
    ]
    return min(found, key=lambda name: (name.count("."), name))


def _readers(name: str) -> Iterator[str]:
    relation = RELATIONS[name]
    yield f"Visible to {str(relation.visible_to.name).replace('|', ', ')}."
    yield from (_of_tie(tie) for tie in relation.ties)


def _of_tie(tie: Tie) -> str:
    held = "one of the ids in" if tie.many else "the id in"
    unless = f", unless {tie.unless} holds something" if tie.unless else ""
    days = f", on the day in {tie.day}" if tie.day else ""
    tied = f"{tie.audience.name}: to whom {held} {tie.column} is tied as {tie.name}"
    return tied + days + unless


def _statements(noun: Noun[Any]) -> Iterator[Statement[Any]]:
    yield noun.read
    if noun.whole is not noun.read:
        yield noun.whole
    if noun.written is not None:
        if noun.written.inserts:
            yield noun.written.insertion
        yield from (noun.written.update, noun.written.first_steps)
        yield from (noun.revision.read, noun.revisions.statement)


def _parameters(statement: Statement[Any]) -> list[str]:
    return [name for name in statement.parameters if name not in statement.constants]
