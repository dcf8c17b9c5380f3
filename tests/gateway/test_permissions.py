"""What `viewerMay` says is what the mutations do, for all of them and for every kind of viewer."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, get_args, get_origin

from strawberry import UNSET

from domain.access_codes import AccessRole
from domain.roles import OfficeRole
from domain.timetable import Week
from resolvers.declarations.inputs import GlobalId, GlobalIds, OwnId, Reference, fields_of
from resolvers.declarations.mutation import MUTATIONS, Mutation
from resolvers.declarations.naming import camel
from resolvers.mutations.bell_schedules import BellToRing
from resolvers.mutations.forum import ForumBoardToCreate
from resolvers.mutations.own_scales import GradeScaleToCreate, PointsOfScale
from resolvers.mutations.replacement_inputs import ReplacementOfDay
from resolvers.mutations.swapped_days import DayToSwap
from resolvers.mutations.transferred_grades import TransferredGrade
from resolvers.viewer import Viewer
from tests.gateway.small_school import TODAY
from tests.gateway.test_authorization import COURSE_TEACHER, HEAD, VIEWERS, ask
from tests.store.staff_room import StaffRoom

TOMORROW = datetime.combine(TODAY, time(9), UTC) + timedelta(days=1)
KINDS = (
    *(
        kind
        for kind in VIEWERS
        if kind not in ("nobody", "guardian of another", "a classmate", COURSE_TEACHER, HEAD)
    ),
    COURSE_TEACHER,
    HEAD,
)
REFUSED = frozenset({
    "FORBIDDEN", "NOT_FOUND", "PERIOD_LOCKED", "WITHDRAWN", "NOT_WITHDRAWN", "LESSON_CANCELLED",
    "WRONG_STATE", "NOT_OPEN",
})  # fmt: skip
"""The codes of what a client greys out: rights, days, and what is required of the record."""
AN_HOUR_LATER = datetime.combine(TODAY, time(10), UTC)
VALUES: Mapping[str, Mapping[str, Any]] = {
    "add_class_group_event": {"to_students": True, "ends_at": AN_HOUR_LATER},
    "add_course_event": {"to_students": True, "ends_at": AN_HOUR_LATER},
    "add_school_event": {"to_students": True, "ends_at": AN_HOUR_LATER},
    "announce_to_class_group": {"to_students": True},
    "announce_to_course": {"to_students": True},
    "announce_to_school": {"to_students": True},
    "create_webhook": {"url": "https://receiver.example/hook", "topics": ["GRADE"]},
    "change_webhook": {"url": "https://receiver.example/hook"},
    "grant_role": {"teacher": "Teacher", "role": OfficeRole.SECRETARY},
    "create_course": {"class_group": "ClassGroup"},
    "set_course_grade_scale": {"grade_scale": "GradeScale"},
    "enrol_student": {"class_group": "ClassGroup"},
    "end_enrolment": {"class_group": "ClassGroup"},
    "set_homework": {"due_on": TODAY},
    "add_lesson": {"ends_at": datetime.combine(TODAY, time(9, 45), UTC)},
    "set_time_zone": {"time_zone": "Africa/Abidjan"},  # where the day is that of UTC
    "create_access_codes": {"roles": [AccessRole.GUARDIAN], "class_group": "ClassGroup"},
    "take_attendance": {"rows": []},
    "replace_lesson": {"teacher": "Teacher"},
    "ask_class_group": {"to_students": True},
    "ask_course": {"to_students": True},
    "ask_school": {"to_students": True},
    "answer_survey": {"answers": []},
    "create_quiz": {"closes_at": TOMORROW},
    "start_conversation": {"to_office": True},
    "set_message_rest": {"starts": time(20), "ends": time(7)},
    "override_period_grade": {"value": "5"},
    "create_site_page": {"slug": "a-page"},
    "change_site_page": {"slug": "a-page"},
}
"""What the made-up input of a mutation would not do for."""
STANDS = ("UPDATE forum_topic SET withdrawn = false, locked = false, hidden = false",)
BEFORE: Mapping[str, tuple[str, ...]] = {
    "add_forum_topic": ("UPDATE forum_board SET active = true",),
    "add_forum_answer": ("UPDATE forum_board SET active = true", *STANDS),
    "change_forum_topic": STANDS,
    "withdraw_forum_topic": STANDS,
    "pin_forum_topic": STANDS,
    "lock_forum_topic": STANDS,
    "accept_forum_answer": STANDS,
    "report_forum_topic": STANDS,
    "report_forum_answer": ("UPDATE forum_answer SET withdrawn = false", *STANDS),
    "change_forum_answer": ("UPDATE forum_answer SET withdrawn = false", *STANDS),
    "close_lesson": (
        "UPDATE lesson SET starts_at = now() - interval '1 minute' WHERE starts_at >= now()",
    ),
    "restore_class_group": ("UPDATE class_group SET active = false",),
    "restore_course": ("UPDATE course SET active = false",),
    "hide_reported": ("UPDATE moderation_case SET state = 'OPEN'",),
    "warn_author": ("UPDATE moderation_case SET state = 'OPEN'",),
    "appeal_moderation": ("UPDATE moderation_case SET state = 'HIDDEN'",),
    "uphold_moderation": ("UPDATE moderation_case SET state = 'APPEALED'",),
}
"""What the records are to be before a mutation is called, where it would not do for nobody."""
OF_ITEMS: Mapping[Any, Mapping[str, Any]] = {
    ForumBoardToCreate: {"to_staff": True},
    BellToRing: {"ends": time(10)},
    ReplacementOfDay: {"teacher": "Teacher"},
    DayToSwap: {"week": Week.A},
    TransferredGrade: {"subject": "Subject", "value": "5"},
}
"""Nor that of an item of it."""


def value_of(room: StaffRoom, of: Any) -> Any:
    """Something of the type."""
    if get_origin(of) is not None:
        return [value_of(room, get_args(of)[0])]
    if is_dataclass(of):
        own: dict[str, Any] = dict(OF_ITEMS.get(of, {}))
        if of is GradeScaleToCreate:
            own["points"] = made_up(room, PointsOfScale, {})
        return made_up(room, of, own)
    if isinstance(of, type) and issubclass(of, Enum):
        return next(iter(of))
    return {
        str: "Something", int: 1, bool: True, Decimal: Decimal(1), date: TODAY,
        datetime: datetime.combine(TODAY, time(9), UTC), time: time(9),
    }.get(of, "Something")  # fmt: skip


def made_up(room: StaffRoom, input_: Any, own: Mapping[str, Any], noun: str = "") -> Any:
    """An input that changes something of the small school's records."""
    found: dict[str, Any] = {}
    changed = False
    needed = {
        each.name
        for each in fields(input_)
        if each.default is MISSING and each.default_factory is MISSING
    }
    for each in fields_of(input_):
        if each.name in own:
            value = own[each.name]
            marker = each.marker(GlobalId)
            found[each.name] = room.id(value) if marker is not None else value
            changed = changed or each.default is UNSET
        elif each.marker(Reference):
            found[each.name] = room.id(noun)
        elif (marker := each.marker(GlobalId)) is not None and each.name in needed:
            found[each.name] = room.id(marker.noun)
        elif (many := each.marker(GlobalIds)) is not None and each.name in needed:
            found[each.name] = [room.id(many.noun)]
        elif each.marker(OwnId) is not None:
            continue
        elif each.name in needed or (each.default is UNSET and not changed):
            found[each.name] = value_of(room, each.of)
            changed = changed or each.default is UNSET
    return input_(**found)


async def may(room: StaffRoom, viewer: Viewer, noun: str) -> list[str] | None:
    """What the viewer is told that they may do; None where they may not know of the record."""
    query = f"query ($id: ID!) {{ node(id: $id) {{ ... on {noun} {{ viewerMay }} }} }}"
    answer = await ask(room.store, viewer, query, id=room.id(noun))
    assert "errors" not in answer, answer
    node = answer["data"]["node"]
    return None if node is None else list(node["viewerMay"])


async def opened_anew(room: StaffRoom, mutation: str) -> None:
    """Have the quiz open, and its try under way, for who takes it, and the survey open."""
    if mutation == "answer_survey":
        await room.rows("UPDATE survey SET withdrawn = false, closed = false")
    if mutation == "create_quiz":
        await room.rows("UPDATE quiz_question SET withdrawn = false")
    if mutation in ("begin_quiz", "answer_quiz", "hand_in_quiz"):
        await room.rows(
            "UPDATE quiz SET closes_at = $1, most_tries = 9, withdrawn = false", TOMORROW
        )
    if mutation in ("answer_quiz", "hand_in_quiz"):
        await room.rows("UPDATE quiz_try SET handed_in_at = NULL, ends_at = $1", TOMORROW)


async def test_what_a_viewer_may_do_is_what_the_mutations_let_them_do(room: StaffRoom) -> None:
    let: dict[str, set[str]] = defaultdict(set)
    differing: list[Any] = []
    for name, mutation in sorted(MUTATIONS.items(), key=lambda each: each[0] == "remove_webhook"):
        await room.rows("UPDATE course SET active = true")
        await room.rows("UPDATE school SET second_factor_required = false")
        await room.rows("UPDATE absence_notice SET state = 'ANNOUNCED'")
        await room.rows("UPDATE period_grade SET state = 'GRADED', overridden = false")
        for put_away in ("class_group", "academic_year", "period"):
            await room.rows(f"UPDATE {put_away} SET active = true")
        await opened_anew(room, name)
        if name == "reply_to_remark":
            await room.rows("UPDATE remark SET withdrawn = false")
        for reset in BEFORE.get(name, ()):
            await room.rows(reset)
        given_noun = mutation.noun.name if reference_of(mutation) else ""
        for kind in KINDS:
            viewer = await room.viewer(kind)
            told = camel(name) in (await may(room, viewer, mutation.at) or [])
            own = dict(VALUES.get(name, {}))
            versions = [each for each in fields(mutation.input) if each.name == "expected_version"]
            if any(given_noun or each.default is MISSING for each in versions):
                own["expected_version"] = await version_of(room, given_noun or mutation.at)
            given = made_up(room, mutation.input, own, given_noun)
            outcome = await mutation(room.store, viewer, given)
            done = not any(is_refused(mutation, each) for each in outcome.errors)
            if done:
                let[name].add(kind)
            if name == "create_webhook" and outcome.records:
                room.small.records["Webhook"] = outcome.record.id  # type: ignore[index]
            if told != done and name != "take_back_academic_year":  # of years that were opened
                differing.append(
                    (name, kind, told, [(e.code, e.path, e.message) for e in outcome.errors])
                )
    assert not differing, "\n".join(map(str, differing))
    never = {name for name in MUTATIONS if not let[name]}
    assert never <= {"take_back_academic_year"}, never


def is_refused(mutation: Mutation[Any], error: Any) -> bool:
    """Whether the record or the viewer is why; not what else the input names."""
    code = str(error.code)
    names = {each.client_name for each in fields_of(mutation.input) if each.marker(Reference)}
    if not names and mutation.at in {noun for noun, _ in named(mutation)}:
        names = {name for noun, name in named(mutation) if noun in (mutation.at, "School")}
    elif not names:  # each draft of a list names the record, or another names it
        names = {"school", "lesson", "student", "course"}
    return code in REFUSED and (code not in OF_RECORDS or bool(names & set(error.path)))


OF_RECORDS = ("NOT_FOUND", "WRONG_STATE")


def named(mutation: Mutation[Any]) -> list[tuple[str, str]]:
    """The nouns of the records that the input names by their ids, with the fields that do."""
    return [
        (marker.noun, each.client_name)
        for each in fields_of(mutation.input)
        if (marker := each.marker(GlobalId) or each.marker(GlobalIds))
    ]


def reference_of(mutation: Mutation[Any]) -> bool:
    return any(each.marker(Reference) for each in fields_of(mutation.input))


async def version_of(room: StaffRoom, noun: str) -> int:
    from db.reading.parts import table
    from resolvers.declarations.noun import NOUNS

    name = table(NOUNS[noun].model).name
    id_ = room.small.records[noun]
    if noun == "School":
        rows = await room.rows("SELECT version FROM school WHERE school_id = 1")
    else:
        rows = await room.rows(f'SELECT version FROM "{name}" WHERE id = $1', id_)
    return int(rows[0]["version"]) if rows else 1
