"""What a drawn operation may speak of: the records of the school, its viewers, and events."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from graphql import GraphQLObjectType

from db.reading.parts import table
from db.store import Store
from db.tables.accounts import Account
from domain.audience import HEADS, Audience
from domain.history import Step
from domain.names import sorted_by
from domain.ties import TieName
from resolvers import global_id
from resolvers.context import Context
from resolvers.cursors import places_of
from resolvers.declarations.noun import NOUNS
from resolvers.feed import Topic, diary
from resolvers.global_id import Key
from resolvers.readings import BOUND, Keyed, Loaded
from resolvers.relations import may_know, relation_today
from resolvers.viewer import Viewer, load_viewer
from schema.build import schema

VIEWERS = (
    "head", "parent", "student", "teacher", "class teacher", "parent in both schools",
    "head elsewhere", "nobody",
)  # fmt: skip
LOGINS = {
    "head": "SELECT 'head'",
    "head elsewhere": "SELECT 'head2'",
    "parent": """
        SELECT a.login FROM account a JOIN membership m ON m.account_id = a.id
        JOIN guardianship g USING (school_id, guardian_id)
        JOIN enrolment e ON (e.school_id, e.student_id) = (g.school_id, g.student_id)
        WHERE m.school_id = 1 ORDER BY a.login LIMIT 1""",
    "student": """
        SELECT a.login FROM account a JOIN membership m ON m.account_id = a.id
        JOIN enrolment e USING (school_id, student_id)
        WHERE m.school_id = 1 ORDER BY a.login LIMIT 1""",
    "class teacher": """
        SELECT a.login FROM account a JOIN membership m ON m.account_id = a.id
        JOIN class_group c ON (c.school_id, c.class_teacher_id) = (m.school_id, m.teacher_id)
        WHERE m.school_id = 1 ORDER BY a.login LIMIT 1""",
    "teacher": """
        SELECT a.login FROM account a JOIN membership m ON m.account_id = a.id
        JOIN teaching t USING (school_id, teacher_id)
        WHERE m.school_id = 1 AND NOT EXISTS (SELECT FROM class_group c
          WHERE (c.school_id, c.class_teacher_id) = (m.school_id, m.teacher_id))
        ORDER BY a.login LIMIT 1""",
    "parent in both schools": """
        SELECT a.login FROM account a JOIN membership m ON m.account_id = a.id
        GROUP BY a.id HAVING count(DISTINCT m.school_id) > 1 ORDER BY a.login LIMIT 1""",
}
TABLES = {name: table(noun.model).name for name, noun in NOUNS.items()}
WRITERS = Audience.COURSE_TEACHER | Audience.AUTHOR | HEADS
LISTS = {
    reading.loader.statement.name: reading.loader.noun
    for type_ in schema._schema.type_map.values()
    if isinstance(type_, GraphQLObjectType) and not type_.name.startswith("__")
    for field in type_.fields.values()
    if isinstance(reading := field.extensions[BOUND].reading, Loaded | Keyed)
    and reading.loader.many
}
"""Statements that read whole lists, by the noun of their rows. Those that read single records by
id never fail here: an executor may join them to others."""
MOST = 30
"""Records of a noun that a drawn operation may name, for each viewer."""


@dataclass(frozen=True)
class Change:
    """One of the feed's events, before its record is read."""

    topic: Topic
    change: str
    version: int
    key: Key


@dataclass(frozen=True)
class Knowledge:
    """Global ids by noun: all, and those that each viewer may know; in a fixed order."""

    today: date
    viewers: Mapping[str, Viewer | None]
    ids: Mapping[str, Sequence[str]]
    known: Mapping[str, Mapping[str, Sequence[str]]]
    own: Mapping[str, Mapping[str, Sequence[str]]]
    """Those of the viewer's own courses or school, or written by them, which they may change."""
    versions: Mapping[str, int]
    gradable: Mapping[str, Sequence[tuple[str, str, str]]]
    """Lesson, student and work type of grades that the viewer might give."""
    cursors: Sequence[str]
    changes: Sequence[Change]

    def of(self, viewer: str, noun: str) -> Sequence[str]:
        """Those of the noun that the viewer may know, or any where there are none."""
        return self.known[viewer].get(noun) or self.ids[noun]


async def knowledge_of(store: Store, today: date) -> Knowledge:
    viewers: dict[str, Viewer | None] = {name: await _viewer(store, name) for name in VIEWERS}
    ids: dict[str, list[str]] = {
        "School": [global_id.make("School", n, global_id.NIL) for n in (1, 2)]
    }
    known: dict[str, dict[str, list[str]]] = {name: defaultdict(list) for name in VIEWERS}
    own: dict[str, dict[str, list[str]]] = {name: defaultdict(list) for name in VIEWERS}
    versions: dict[str, int] = {}
    for noun, declared in NOUNS.items():
        if noun in ids:
            continue
        rows = await store.pool.fetch(
            f"SELECT school_id, id FROM {TABLES[noun]} ORDER BY school_id, md5(id::text)"
        )
        records = await declared.by_id.load(
            store, None, [(row["school_id"], row["id"]) for row in rows]
        )
        # Half of them are records of the other school, for nobody may know what is there.
        some = [*records][:MOST] + [*records][-MOST:] or [(1, global_id.NIL)]
        ids[noun] = [global_id.make(noun, *key) for key in some]
        for key, record in records.items():
            text = global_id.make(noun, *key)
            versions[text] = getattr(record, "version", 1)
            for name, viewer in viewers.items():
                mine = known[name][noun]
                if len(mine) < MOST and record is not None and may_know(viewer, noun, record):
                    mine.append(text)
                if record is None or len(own[name][noun]) == MOST:
                    continue
                if relation_today(viewer, noun, record) & WRITERS:
                    own[name][noun].append(text)
    for name, viewer in viewers.items():
        known[name]["School"] = [ids["School"][n - 1] for n in viewer.schools] if viewer else []
    return Knowledge(
        today,
        viewers,
        ids,
        known,
        own,
        versions,
        {name: await _gradable(store, viewer) for name, viewer in viewers.items()},
        await _cursors(store),
        await _changes(store),
    )


async def _viewer(store: Store, name: str) -> Viewer | None:
    if name == "nobody":
        return None
    login = await store.pool.fetchval(LOGINS[name])
    row = await store.pool.fetchrow("SELECT * FROM account WHERE login = $1", login)
    assert row is not None, name
    return await load_viewer(store, Account(**dict(row)))


async def _gradable(store: Store, viewer: Viewer | None) -> list[tuple[str, str, str]]:
    teachers = (
        [id_ for rights in viewer.schools.values() for id_ in rights[TieName.TEACHER]]
        if viewer
        else []
    )
    rows = await store.pool.fetch(
        """
        SELECT l.school_id, l.id AS lesson, e.student_id AS student, (
          SELECT w.id FROM work_type w WHERE w.school_id = l.school_id
          ORDER BY w.id LIMIT 1) AS kind
        FROM lesson l JOIN course c ON (c.school_id, c.id) = (l.school_id, l.course_id)
        JOIN teaching t ON (t.school_id, t.course_id) = (c.school_id, c.id)
        JOIN enrolment e ON e.school_id = c.school_id AND e.class_group_id = c.class_group_id
        WHERE t.teacher_id = ANY($1) AND l.day <= current_date AND c.whole_class
        ORDER BY md5(l.id::text), e.student_id LIMIT 20
        """,
        teachers,
    )
    return [
        (
            global_id.make("Lesson", row["school_id"], row["lesson"]),
            global_id.make("Student", row["school_id"], row["student"]),
            global_id.make("WorkType", row["school_id"], row["kind"]),
        )
        for row in rows
    ]


async def _cursors(store: Store) -> list[str]:
    context = Context(store, None)
    rows = await store.pool.fetch(
        "SELECT school_id, language, sort_key, student.id"
        " FROM student JOIN school USING (school_id) ORDER BY school_id, sort_key, id"
    )
    found = []
    for row in rows[::9]:
        order = sorted_by(row["language"])
        places = await places_of(context, "students_page", row["school_id"], order)
        found.append(places.cursor(row["id"], row["sort_key"]))
    return found


async def _changes(store: Store) -> list[Change]:
    steps = (*map(str, Step), "NONSENSE")
    found = []
    for topic in diary():
        rows = await store.pool.fetch(
            f"SELECT school_id, id FROM {TABLES[topic.noun]} ORDER BY md5(id::text) LIMIT 20"
        )
        found += [
            Change(topic, steps[place % len(steps)], place + 1, (row["school_id"], row["id"]))
            for place, row in enumerate(rows)
        ]
    return found
