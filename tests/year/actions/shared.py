"""Classes and courses are told, asked and given things; families answer, and talk in the forum."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.year.actions.messages import in_order, led
from tests.year.calendar import Played
from tests.year.model.messages import families
from tests.year.model.rights import Eyes
from tests.year.model.shared import (
    Announcement,
    Material,
    Post,
    Quiz,
    SchoolEvent,
    Shared,
    Sharing,
    Survey,
    Topic,
)
from tests.year.model.ties import Ties, is_in, teaches
from tests.year.model.world import Account, Course, School
from tests.year.stage import Stage

SUBJECT = "query ($id: ID!) { course(id: $id) { subject { id } } }"
OFTEN = 0.5
"""How likely something is shared on a day."""


async def founding(stage: Stage) -> None:
    """Pages are for those who have to do with each other, and families have a board."""
    for school in stage.world.schools:
        board = {"name": "Questions", "toStudents": True, "toFamilies": True}
        _, made = await stage.office(
            school,
            ("changeSchool", {"school": school.id, "pages": "CLASSES"}, "school { pageLevel }"),
            (
                "createForumBoards",
                {"school": school.id, "forumBoards": [board]},
                "forumBoards { id }",
            ),
        )
        stage.world.of(Sharing).boards[school] = made["forumBoards"][0]["id"]


async def daily(stage: Stage, played: Played) -> None:
    school = played.year.school
    if stage.chance.random() > OFTEN:
        return
    book, acts = stage.world.of(Sharing), (announce, hold, ask, examine, hand_out, post, wonder)
    book.days += 1
    await acts[book.days % len(acts)](stage, school)


async def do(stage: Stage, account: Account, name: str, answer: str, **given: Any) -> str:
    [payload] = await stage.clients.do(account, (name, given, f"{answer} {{ id }}"))
    return str(payload[answer]["id"])


def taught(stage: Stage, school: School) -> tuple[Course, Account] | None:
    found = [
        (course, account)
        for course in school.courses
        for tie in stage.world.of(Ties).teachings[course]
        if course.year.holds(stage.today)
        and teaches(tie, stage.today)
        and (account := stage.world.account_of(tie.teacher)) is not None
    ]
    return stage.chance.choice(found) if found else None


def at(stage: Stage, school: School, hour: int, days: int = 0) -> str:
    local = datetime.combine(stage.today + timedelta(days), time(hour), ZoneInfo(school.zone))
    return local.isoformat()


def add(stage: Stage, shared: Shared, *about: Any) -> None:
    stage.world.of(Sharing).add(shared)
    stage.tell(f"{shared.by} shares {shared.said}", *about)


def readers(stage: Stage, shared: Shared, *, other: bool = False) -> Sequence[Account]:
    """The accounts that read it, or those that do not."""
    return [
        each
        for each in stage.world.accounts
        if shared.is_read_by(Eyes(stage.world, each, stage.today)) != other
    ]


async def announce(stage: Stage, school: School) -> None:
    if (found := led(stage, school)) is None:
        return
    group, by = found
    said = f"Announced to {group} on {stage.today}"
    given = {"classGroup": group.id, "title": said, "text": "So it is.", "toFamilies": True}
    id_ = await do(stage, by, "announceToClassGroup", "announcement", **given)
    one = Announcement(id=id_, school=school, by=by, said=said, group=group, day=stage.today)
    add(stage, one, group)
    for account in stage.some(readers(stage, one, other=True), 1):
        step = ("readAnnouncement", {"announcement": id_}, "announcement { id }")
        await stage.clients.do(account, step, refused="NOT_FOUND")


async def hold(stage: Stage, school: School) -> None:
    """An event this evening, with a reply for one child."""
    if (found := led(stage, school)) is None:
        return
    group, by = found
    said = f"Event of {group} on {stage.today}"
    id_ = await do(
        stage, by, "addClassGroupEvent", "schoolEvent",
        classGroup=group.id, title=said, kind="OTHER", toFamilies=True, asksReplies=True,
        startsAt=at(stage, school, 21), endsAt=at(stage, school, 22),
    )  # fmt: skip
    event = SchoolEvent(id=id_, school=school, by=by, said=said, group=group, day=stage.today)
    add(stage, event, group)
    for account in stage.some(in_order(families(group, stage.today, stage.world)), 1):
        eyes = Eyes(stage.world, account, stage.today)
        children = [each for each in eyes.children if is_in(each, group, stage.today, stage.world)]
        given = {"event": id_, "answer": "YES", "student": children[0].id}
        await stage.clients.do(account, ("replyToEvent", given, "schoolEvent { id }"))
        event.coming.add(children[0])


async def ask(stage: Stage, school: School) -> None:
    """A survey that is answered by one, and by nobody who is not asked."""
    if (found := led(stage, school)) is None:
        return
    group, by = found
    said = f"Survey of {group} on {stage.today}"
    question = {"kind": "SCALE", "text": "How was it?", "least": 1, "most": 5}
    id_ = await do(
        stage, by, "askClassGroup", "survey",
        classGroup=group.id, title=said, questions=[question], anonymous=False, toFamilies=True,
    )  # fmt: skip
    survey = Survey(id=id_, school=school, by=by, said=said, group=group, day=stage.today)
    add(stage, survey, group)
    step = (
        "answerSurvey",
        {"survey": id_, "answers": [{"question": 0, "number": 4}]},
        "survey { id }",
    )
    for account in stage.some(in_order(families(group, stage.today, stage.world)), 1):
        await stage.clients.do(account, step)
        survey.answered.add(account)
        await stage.clients.do(account, step, refused="ALREADY_ANSWERED")
    for account in stage.some(readers(stage, survey, other=True), 1):
        await stage.clients.do(account, step, refused="NOT_FOUND")


async def examine(stage: Stage, school: School) -> None:
    if (found := taught(stage, school)) is None:
        return
    course, by = found
    book = stage.world.of(Sharing)
    answer = await stage.clients.ask(by, SUBJECT, {"id": course.id})
    subject = answer["data"]["course"]["subject"]["id"]
    if subject not in book.questions:
        book.questions[subject] = await do(
            stage, by, "addQuizQuestion", "quizQuestion",
            subject=subject, kind="TEXT", text="Why?", accepted=["So"],
        )  # fmt: skip
    said = f"Quiz of {course} on {stage.today}"
    id_ = await do(
        stage, by, "createQuiz", "quiz",
        course=course.id, title=said, questions=[book.questions[subject]],
        opensAt=at(stage, school, 8), closesAt=at(stage, school, 22, 7),
    )  # fmt: skip
    add(stage, Quiz(id=id_, school=school, by=by, said=said, course=course), course)


async def hand_out(stage: Stage, school: School) -> None:
    if (found := taught(stage, school)) is None:
        return
    course, by = found
    said = f"Material of {course} on {stage.today}"
    given = {"course": course.id, "title": said, "kind": "LINK", "link": "https://library.example/"}
    id_ = await do(stage, by, "addCourseMaterial", "material", **given)
    add(stage, Material(id=id_, school=school, by=by, said=said, course=course), course)


async def post(stage: Stage, school: School) -> None:
    """On the page of a class group, which is begun with the first."""
    if (found := led(stage, school)) is None:
        return
    group, by = found
    pages = stage.world.of(Sharing).pages
    if group not in pages:
        pages[group] = await do(stage, by, "beginClassPage", "page", classGroup=group.id)
    said = f"Post of {group} on {stage.today}"
    id_ = await do(stage, by, "writePost", "post", page=pages[group], text=said)
    one = Post(id=id_, school=school, by=by, said=said, group=group)
    add(stage, one, group)
    for account in stage.some(readers(stage, one, other=True), 1):
        step = ("commentOnPost", {"post": id_, "text": "Me too"}, "comment { id }")
        await stage.clients.do(account, step, refused="NOT_FOUND")


async def wonder(stage: Stage, school: School) -> None:
    """Somebody of a family asks in the forum, and another answers."""
    board, said = stage.world.of(Sharing).boards[school], f"Question on {stage.today}"
    topic = Topic(id="", school=school, by=stage.head(school), said=said)
    asking = stage.some(readers(stage, topic), 2)
    if len(asking) < 2:
        return
    topic.by = asking[0]
    given = {"board": board, "title": said, "text": "Who knows?"}
    topic.id = await do(stage, asking[0], "addForumTopic", "forumTopic", **given)
    add(stage, topic, school)
    answer = {"topic": topic.id, "text": "I do"}
    await do(stage, asking[1], "addForumAnswer", "forumAnswer", **answer)
    topic.answers = 1
