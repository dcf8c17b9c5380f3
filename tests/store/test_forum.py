"""The forum, its moderation and the FAQ, as users meet them."""

from asyncio import gather
from contextlib import AsyncExitStack
from datetime import date, timedelta
from typing import Any

from db.audit import chain_all
from domain.origin import ORIGIN
from resolvers.feed import Feed
from tests.gateway.small_school import TODAY
from tests.store.listening import delivered, listening
from tests.store.office_room import SCHOOL, act, ask, done, why
from tests.store.staff_room import (
    CLASSMATE,
    DEPUTY,
    GUARDIAN,
    HEAD,
    OTHER_GUARDIAN,
    SECRETARY,
    STRANGER,
    STUDENT,
    TEACHER,
    StaffRoom,
)

CASE = "ModerationCase"
BOTH = {"expectedVersion": 1, "reason": "So it is"}
TOPIC = """query ($id: ID!) { node(id: $id) { ... on ForumTopic {
  title text by hidden pinned locked version viewerMay accepted { text }
  answers(last: 10) { totalCount edges { node { id text by hidden } } }
  moderation { id state text author restrictedUntil appeal version viewerMay } } } }"""
CASES = """query ($waiting: Boolean!) { school { moderation(waiting: $waiting) { totalCount edges {
  node { id record text author state reports appeal version
    history { change by reason stateBefore } } } } } }"""
WRITINGS = """query ($id: ID!) { student(id: $id) { restrictions { id activity by version }
  writings(last: 5) { totalCount edges { node { record activity text hidden } } } } }"""


async def topic(room: StaffRoom, who: str, text: str = "Who knows?", title: str = "Help") -> str:
    given = {"board": room.id("ForumBoard"), "title": title, "text": text}
    answer = await act(room, "addForumTopic", "id", who, **given)
    assert answer["errors"] == []
    return str(answer["found"]["id"])


async def shown(room: StaffRoom, who: str, id_: str) -> Any:
    return (await ask(room, who, TOPIC, id=id_))["node"]


async def texts(room: StaffRoom, id_: str) -> dict[str, Any]:
    """The text as each reads it."""
    return {
        who: (await shown(room, who, id_))["text"] for who in (HEAD, STUDENT, CLASSMATE, SECRETARY)
    }


async def cases(room: StaffRoom, *, waiting: bool = True) -> list[Any]:
    found = (await ask(room, HEAD, CASES, waiting=waiting))["school"]["moderation"]
    assert found["totalCount"] == len(found["edges"])
    return [edge["node"] for edge in found["edges"]]


async def report(room: StaffRoom, who: str, id_: str, reason: str = "Rude") -> list[Any]:
    answer = await act(room, "reportForumTopic", "id", who, id=id_, reason=reason)
    return [(error["code"], error["path"]) for error in answer["errors"]]


async def decide(room: StaffRoom, name: str, case: Any, who: str = HEAD, **more: Any) -> list[str]:
    given = {"id": case["id"], "expectedVersion": case["version"], "reason": "Decided", **more}
    answer = await act(room, name, "state", who, **given)
    return [error["code"] for error in answer["errors"]]


async def fresh(room: StaffRoom) -> None:
    """Nothing has been reported yet, and there is one topic of nobody here."""
    await room.rows("DELETE FROM moderation_case")


async def test_everybody_present_asks_and_answers_and_the_asker_accepts_one(
    room: StaffRoom,
) -> None:
    id_ = await topic(room, STUDENT)
    for who in (GUARDIAN, TEACHER, SECRETARY):
        given = {"topic": id_, "text": f"So says {who}"}
        assert (await act(room, "addForumAnswer", "id", who, **given))["errors"] == []
    assert await why(room, "addForumAnswer", STRANGER, topic=id_, text="I") == [
        ("NOT_FOUND", "topic")
    ]
    found = await shown(room, OTHER_GUARDIAN, id_)
    answers = [edge["node"] for edge in found["answers"]["edges"]]
    assert [each["by"] for each in answers] == [GUARDIAN, TEACHER, SECRETARY]
    assert (found["by"], found["title"], found["answers"]["totalCount"]) == (STUDENT, "Help", 3)
    right = {"id": id_, "answer": answers[1]["id"], **BOTH}
    assert await why(room, "acceptForumAnswer", CLASSMATE, **right) == [("FORBIDDEN", "id")]
    other = room.id("ForumAnswer")  # of another topic
    assert await why(room, "acceptForumAnswer", STUDENT, **{**right, "answer": other}) == [
        ("NOT_FOUND", "answer")
    ]
    assert (await act(room, "acceptForumAnswer", "id", STUDENT, **right))["errors"] == []
    assert (await shown(room, CLASSMATE, id_))["accepted"] == {"text": f"So says {TEACHER}"}


async def test_who_writes_or_reports_too_much_waits(room: StaffRoom) -> None:
    await room.rows("DELETE FROM sign_in_tries")
    id_ = await topic(room, STUDENT)
    answer, reported = {"topic": id_, "text": "Me"}, {"id": id_, "reason": "Rude"}
    for who, name, first, again in (
        (CLASSMATE, "addForumAnswer", answer, answer),
        (TEACHER, "reportForumTopic", reported, reported | {"id": room.id("ForumTopic")}),
    ):
        await act(room, name, "id", who, **first)
        await room.rows("UPDATE sign_in_tries SET full_at = full_at + interval '1 hour'")
        assert await why(room, name, who, **again) == [("RATE_LIMITED", "")], name
        assert (await act(room, name, "id", HEAD, **again))["errors"] == [], name


async def test_a_topic_is_pinned_locked_and_opened_by_moderators_and_changed_by_its_author(
    room: StaffRoom,
) -> None:
    id_ = await topic(room, STUDENT, "Fractures of ice", "Ice")
    change = {"id": id_, **BOTH, "text": "Fractions"}
    for who in (CLASSMATE, TEACHER, HEAD):
        assert await why(room, "changeForumTopic", who, **change) == [("FORBIDDEN", "id")]
        if who != HEAD:
            assert await why(room, "pinForumTopic", who, id=id_, **BOTH, pinned=True) == [
                ("FORBIDDEN", "id")
            ]
    assert (await act(room, "changeForumTopic", "id", STUDENT, **change))["errors"] == []
    await done(room, "pinForumTopic", id=id_, **{**BOTH, "expectedVersion": 2}, pinned=True)
    await done(room, "lockForumTopic", id=id_, **{**BOTH, "expectedVersion": 3})
    locked = [("WRONG_STATE", "topic")]
    assert await why(room, "addForumAnswer", HEAD, topic=id_, text="No") == locked
    asked = "query ($s: String, $id: ID!) { node(id: $id) { ... on ForumBoard {"
    asked += " pinned { title } topics(search: $s) { edges { node { title } } } } } }"
    board = (await ask(room, GUARDIAN, asked, s="fraction", id=room.id("ForumBoard")))["node"]
    assert {"title": "Ice"} in board["pinned"]
    assert [edge["node"]["title"] for edge in board["topics"]["edges"]] == ["Ice"]
    await done(room, "unlockForumTopic", id=id_, **{**BOTH, "expectedVersion": 4})
    assert (await act(room, "addForumAnswer", "id", HEAD, topic=id_, text="Yes"))["errors"] == []
    step = {"id": id_, **BOTH, "expectedVersion": 5}
    assert (await act(room, "withdrawForumTopic", "id", STUDENT, **step))["errors"] == []
    gone = await shown(room, HEAD, id_)
    assert (gone["title"], gone["text"]) == (None, None)
    assert await report(room, CLASSMATE, id_) == [("WITHDRAWN", ["id"])]


async def test_a_report_is_made_once_and_decided_by_moderators_alone(room: StaffRoom) -> None:
    await fresh(room)
    id_ = await topic(room, STUDENT, "You are all fools")
    assert await report(room, STUDENT, id_) == [("BAD_INPUT", ["id"])]
    assert await report(room, STRANGER, id_) == [("NOT_FOUND", ["id"])]
    assert await report(room, CLASSMATE, id_) == []
    assert await report(room, CLASSMATE, id_) == [("ALREADY_THERE", ["id"])]
    assert await report(room, GUARDIAN, id_, "Hurts") == []
    (case,) = await cases(room)
    assert (case["record"], case["text"], case["author"], case["state"], case["reports"]) == (
        id_, "Help\nYou are all fools", STUDENT, "OPEN", 2,
    )  # fmt: skip
    assert [(step["change"], step["by"], step["reason"]) for step in case["history"]] == [
        ("REPORTED", CLASSMATE, "Rude"), ("REPORTED", GUARDIAN, "Hurts"),
    ]  # fmt: skip
    for who in (STUDENT, CLASSMATE):
        assert (await shown(room, who, id_))["moderation"] is None
        assert await decide(room, "hideReported", case, who) == ["NOT_FOUND"]
    assert await decide(room, "hideReported", case) == []
    assert await texts(room, id_) == {
        HEAD: "You are all fools", STUDENT: "You are all fools", CLASSMATE: None, SECRETARY: None,
    }  # fmt: skip
    assert await cases(room) == []
    found = await room.rows(
        "SELECT change, hidden_before FROM forum_topic_revision WHERE forum_topic_id = $1"
        " ORDER BY version", (await room.rows("SELECT id FROM moderation_case"))[0]["id"],
    )  # fmt: skip
    assert [tuple(row) for row in found] == [("ADDED", None), ("HIDDEN", False)]


async def test_nobody_decides_on_their_own_or_learns_who_reported_it(room: StaffRoom) -> None:
    await fresh(room)
    ORIGIN.set("192.0.2.9")
    for author in (HEAD, TEACHER):
        assert await report(room, STUDENT, await topic(room, author, "As I said")) == []
    await chain_all(room.store)
    audit = """query ($school: ID!, $by: ID) { school(id: $school) { audit(
        first: 4, where: {account: $by}) { edges { node { by byId origin change noun } } } } }"""

    async def audited(by: str | None = None) -> list[Any]:
        found = (await ask(room, HEAD, audit, school=SCHOOL, by=by))["school"]["audit"]
        return [edge["node"] for edge in found["edges"] if edge["node"]["noun"] == CASE]

    student, reported = str(room.small.accounts[STUDENT]), {"change": "REPORTED", "noun": CASE}
    of_others, of_own = await audited()
    assert of_others == {**reported, "by": STUDENT, "byId": student, "origin": "192.0.2.9"}
    assert of_own == {**reported, "by": None, "byId": None, "origin": None}
    assert await audited(by=student) == [of_others]
    for case in await cases(room):
        await decide(room, "showReported", case, HEAD if case["author"] == TEACHER else DEPUTY)
    id_ = await topic(room, DEPUTY, "I am always right")
    assert await report(room, STUDENT, id_) == []
    (case,) = await cases(room)
    own = (
        "query ($id: ID!) { node(id: $id) { ... on ModerationCase { viewerMay history { by } } } }"
    )
    assert (await ask(room, DEPUTY, own, id=case["id"]))["node"] == {
        "viewerMay": [], "history": None,
    }  # fmt: skip
    found = (await ask(room, HEAD, own, id=case["id"]))["node"]
    assert found["history"] == [{"by": STUDENT}]
    assert found["viewerMay"] == ["hideReported", "showReported", "warnAuthor", "restrictAuthor"]
    for name, more in (
        ("hideReported", {}), ("showReported", {}), ("warnAuthor", {}),
        ("restrictAuthor", {"until": None}),
    ):  # fmt: skip
        assert await decide(room, name, case, DEPUTY, **more) == ["FORBIDDEN"], name
    assert await decide(room, "hideReported", case) == []
    appeal = {"id": case["id"], "text": "I am"}
    assert (await act(room, "appealModeration", "id", DEPUTY, **appeal))["errors"] == []
    (case,) = await cases(room)
    assert await decide(room, "upholdModeration", case, DEPUTY) == ["FORBIDDEN"]
    assert await decide(room, "showReported", case, DEPUTY) == ["FORBIDDEN"]
    # Where the head is alone, nobody could decide: whoever reports it is told so.
    own = await topic(room, HEAD, "So it is")
    await room.rows(
        "UPDATE membership SET ends_on = $1 WHERE role = 'DEPUTY_HEAD'", TODAY - timedelta(1)
    )
    reported = {"id": own, "reason": "Rude"}
    assert await why(room, "reportForumTopic", STUDENT, **reported) == [("NOBODY_DECIDES", "id")]
    assert await report(room, STUDENT, await topic(room, TEACHER, "So it is")) == []
    await room.rows("UPDATE membership SET ends_on = NULL WHERE role = 'DEPUTY_HEAD'")
    assert await report(room, STUDENT, own) == []


async def test_an_author_appeals_once_and_a_moderator_grants_or_refuses(room: StaffRoom) -> None:
    await fresh(room)
    id_ = await topic(room, STUDENT)
    await report(room, CLASSMATE, id_)
    (case,) = await cases(room)
    assert await decide(room, "hideReported", case) == []
    own = (await shown(room, STUDENT, id_))["moderation"]
    assert (own["state"], own["viewerMay"]) == ("HIDDEN", ["appealModeration"])
    appeal = {"id": own["id"], "text": "It was a joke"}
    assert await why(room, "appealModeration", CLASSMATE, **appeal) == [("NOT_FOUND", "id")]
    assert await why(room, "appealModeration", HEAD, **appeal) == [("FORBIDDEN", "id")]
    assert (await act(room, "appealModeration", "id", STUDENT, **appeal))["errors"] == []
    assert await why(room, "appealModeration", STUDENT, **appeal) == [("WRONG_STATE", "id")]
    (case,) = await cases(room)
    assert (case["state"], case["appeal"]) == ("APPEALED", "It was a joke")
    assert await decide(room, "upholdModeration", case) == []
    assert (await texts(room, id_))[CLASSMATE] is None
    (case,) = await cases(room, waiting=False)
    assert await decide(room, "showReported", case) == []  # on second thoughts
    assert (await texts(room, id_))[CLASSMATE] == "Who knows?"
    assert await report(room, GUARDIAN, id_) == []
    assert [each["state"] for each in await cases(room)] == ["OPEN"]


async def test_who_is_restricted_writes_nothing_until_the_day_is_over(room: StaffRoom) -> None:
    await fresh(room)
    id_ = await topic(room, STUDENT)
    await report(room, CLASSMATE, id_)
    (case,) = await cases(room)
    for until in (TODAY - timedelta(1), TODAY + timedelta(401)):
        assert await decide(room, "restrictAuthor", case, until=str(until)) == ["BAD_INPUT"]
    assert await decide(room, "restrictAuthor", case, until=str(TODAY)) == []
    own = (await shown(room, STUDENT, id_))["moderation"]
    assert (own["state"], own["restrictedUntil"]) == ("WARNED", str(TODAY))
    given = {"board": room.id("ForumBoard"), "title": "More", "text": "More"}
    refused = [("WRITING_RESTRICTED", "")]
    assert await why(room, "addForumTopic", STUDENT, **given) == refused
    assert await why(room, "addForumAnswer", STUDENT, topic=id_, text="More") == refused
    change = {"id": id_, **BOTH, "text": "More"}
    assert await why(room, "changeForumTopic", STUDENT, **change) == refused
    assert (await act(room, "addForumTopic", "id", CLASSMATE, **given))["errors"] == []
    await room.rows("UPDATE moderation_case SET restricted_until = $1", TODAY - timedelta(1))
    assert (await act(room, "addForumTopic", "id", STUDENT, **given))["errors"] == []


async def test_words_of_the_schools_list_hold_a_text_back_until_a_moderator_has_seen_it(
    room: StaffRoom,
) -> None:
    await fresh(room)
    await done(room, "changeSchool", school=SCHOOL, heldWords=["Дурак*", "FÓOL"])
    held = await topic(room, STUDENT, "Сам ДУРАКА видел")
    clean = await topic(room, STUDENT, "foolish is another word")
    assert await texts(room, held) == {
        HEAD: "Сам ДУРАКА видел", STUDENT: "Сам ДУРАКА видел", CLASSMATE: None, SECRETARY: None,
    }  # fmt: skip
    assert (await texts(room, clean))[CLASSMATE] == "foolish is another word"
    assert (await shown(room, STUDENT, held))["moderation"]["state"] == "HELD"
    (case,) = await cases(room)
    assert (case["state"], case["reports"]) == ("HELD", 0)
    answer = await act(room, "addForumAnswer", "id", TEACHER, topic=clean, text="You fool")
    assert answer["errors"] == []
    change = {"id": clean, **BOTH, "text": "A fool"}
    assert (await act(room, "changeForumTopic", "id", STUDENT, **change))["errors"] == []
    assert (await texts(room, clean))[CLASSMATE] is None
    assert [each["state"] for each in await cases(room)] == ["HELD"] * 3
    asked = 'query ($id: ID!) { node(id: $id) { ... on ForumBoard { topics(search: "fool") {'
    asked += " totalCount } } } }"
    board = (await ask(room, CLASSMATE, asked, id=room.id("ForumBoard")))["node"]
    assert board["topics"]["totalCount"] == 0
    assert await decide(room, "showReported", case) == []
    assert (await texts(room, held))[CLASSMATE] == "Сам ДУРАКА видел"
    for wrong in (["two words"], [" "], ["x" * 61], [f"w{n}" for n in range(501)]):
        assert await why(room, "changeSchool", HEAD, school=SCHOOL, heldWords=wrong) == [
            ("BAD_INPUT", "heldWords")
        ]


async def test_a_guardian_sees_and_restricts_a_child_under_the_schools_age(
    room: StaffRoom,
) -> None:
    child = room.id("Student")
    asked = "{ viewer { student { writings(last: 5) { totalCount edges { cursor } } } } }"
    silent = (await ask(room, CLASSMATE, asked))["viewer"]["student"]
    assert silent["writings"] == {"totalCount": 0, "edges": []}
    id_ = await topic(room, STUDENT, "Where is Ada?")
    found = (await ask(room, GUARDIAN, WRITINGS, id=child))["student"]
    assert found["writings"]["edges"][-1]["node"] == {
        "record": id_, "activity": "FORUM", "text": "Help\nWhere is Ada?", "hidden": False,
    }  # fmt: skip
    given = {"student": child, "activity": "FORUM", "reason": "Homework first"}
    for who, code in ((STUDENT, "FORBIDDEN"), (HEAD, "FORBIDDEN"), (OTHER_GUARDIAN, "NOT_FOUND")):
        assert await why(room, "restrictChild", who, **given) == [(code, "student")]
    both = await gather(*(act(room, "restrictChild", "id", GUARDIAN, **given) for _ in range(3)))
    found = sorted(error["code"] for each in both for error in each["errors"])
    assert found == ["ALREADY_THERE"] * 2
    refused = [("WRITING_RESTRICTED", "")]
    assert await why(room, "addForumAnswer", STUDENT, topic=id_, text="I") == refused
    born = date(TODAY.year - 14, TODAY.month, min(TODAY.day, 28))  # of the age today
    await room.rows("UPDATE student SET born_on = $1", born)
    assert (await act(room, "addForumAnswer", "id", STUDENT, topic=id_, text="I"))["errors"] == []
    assert (await ask(room, GUARDIAN, WRITINGS, id=child))["student"]["writings"] is None
    own = (await ask(room, STUDENT, WRITINGS, id=child))["student"]
    assert own["writings"]["totalCount"] >= 2
    assert await why(room, "restrictChild", GUARDIAN, **{**given, "activity": "MESSAGES"}) == [
        ("FORBIDDEN", "student")
    ]
    await done(room, "changeSchool", school=SCHOOL, guardedAge=16)
    assert await why(room, "addForumAnswer", STUDENT, topic=id_, text="I") == refused
    of_forum = next(each for each in own["restrictions"] if each["activity"] == "FORUM")
    lift = {"id": of_forum["id"], "expectedVersion": of_forum["version"], "reason": "Done"}
    assert await why(room, "liftChildRestriction", STUDENT, **lift) == [("FORBIDDEN", "id")]
    assert (await act(room, "liftChildRestriction", "id", GUARDIAN, **lift))["errors"] == []
    assert (await act(room, "addForumAnswer", "id", STUDENT, topic=id_, text="I"))["errors"] == []


async def test_the_office_keeps_the_boards_and_a_faq_that_is_found_in_each_language(
    room: StaffRoom,
) -> None:
    to = dict.fromkeys(("toStudents", "toFamilies", "toStaff"), True)
    boards = [{"name": "Lost and found", **to}, {"name": "Sport", "description": "Teams", **to}]
    made = await done(room, "createForumBoards", "id rank", school=SCHOOL, forumBoards=boards)
    assert made[1]["rank"] == made[0]["rank"] + 1
    assert await why(room, "createForumBoards", TEACHER, school=SCHOOL, forumBoards=boards) == [
        ("FORBIDDEN", "school")
    ]
    await done(room, "putAwayForumBoard", id=made[0]["id"], **BOTH)
    given = {"board": made[0]["id"], "title": "Keys", "text": "Lost"}
    assert await why(room, "addForumTopic", STUDENT, **given) == [("WRONG_STATE", "board")]
    entries = [
        {"questionEn": "When is lunch?", "answerEn": "At noon", "questionRu": "Когда обед?",
         "answerRu": "В полдень"},
        {"questionRu": "Где столовая?", "answerRu": "На первом этаже"},
    ]  # fmt: skip
    await done(room, "createFaqEntries", school=SCHOOL, faqEntries=entries)
    asked = "query ($s: String) { school { faq(search: $s) { questionEn questionRu } } }"
    for words, number in (("lun", 1), ("ОБЕД", 1), ("этаж", 1), ("где обед", 0)):
        found = (await ask(room, CLASSMATE, asked, s=words))["school"]["faq"]
        assert len(found) == number, words
    wrong = {
        ("answerEn",): {"questionEn": "Why?"},
        ("questionRu",): {"answerRu": "Потому"},
        ("questionEn",): {},
    }
    for (field,), entry in wrong.items():
        assert await why(room, "createFaqEntries", HEAD, school=SCHOOL, faqEntries=[entry]) == [
            ("BAD_INPUT", f"faqEntries.0.{field}")
        ]


BOARDS = "{ school { forumBoards { id name } } }"
LIVE = "subscription { forumTopicChanged { change forumTopic { text hidden } } }"
OF_CASES = "subscription { moderationCaseChanged { change moderationCase { state } } }"


async def test_a_board_of_the_staff_does_not_exist_for_families(room: StaffRoom) -> None:
    boards = [{"name": "Staff room", "toStaff": True}]
    nobody = [{"name": "Nobody"}]
    (refused,) = await why(room, "createForumBoards", HEAD, school=SCHOOL, forumBoards=nobody)
    assert refused == ("BAD_INPUT", "forumBoards.0")
    (board,) = await done(room, "createForumBoards", school=SCHOOL, forumBoards=boards)
    given = {"board": board["id"], "title": "Copier", "text": "No A3"}
    for who in (STUDENT, GUARDIAN):
        assert await why(room, "addForumTopic", who, **given) == [("NOT_FOUND", "board")]
    made = (await act(room, "addForumTopic", "id", TEACHER, **given))["found"]["id"]
    for who, sees in ((STUDENT, 0), (GUARDIAN, 0), (TEACHER, 1), (SECRETARY, 1), (HEAD, 1)):
        found = (await ask(room, who, BOARDS))["school"]["forumBoards"]
        assert [each["name"] for each in found].count("Staff room") == sees, who
        assert (await shown(room, who, made) is not None) == bool(sees), who
        assert await report(room, who, made) == (
            [("NOT_FOUND", ["id"])] if not sees else [("BAD_INPUT", ["id"])] * (who == TEACHER)
        )


async def test_readers_hear_of_a_topic_and_its_author_of_what_is_decided(
    room: StaffRoom, feed: Feed
) -> None:
    await fresh(room)
    everybody = (GUARDIAN, STUDENT, TEACHER, HEAD, STRANGER)
    async with AsyncExitStack() as stack:
        heard, of_cases = [
            {
                who: await stack.enter_async_context(listening(room, feed, who, asked))
                for who in everybody
            }
            for asked in (LIVE, OF_CASES)
        ]
        id_ = await topic(room, STUDENT, "You fools")
        await report(room, CLASSMATE, id_)
        await delivered(room, feed)
        (case,) = await cases(room)
        await decide(room, "hideReported", case)
        await delivered(room, feed)
    for who, sees in ((GUARDIAN, None), (TEACHER, None), (STUDENT, "You fools")):
        assert heard[who].events[-1] == {
            "change": "HIDDEN", "forumTopic": {"text": sees, "hidden": True},
        }, who  # fmt: skip
    assert heard[STRANGER].events == of_cases[STRANGER].events == of_cases[TEACHER].events == []
    decided = {"change": "HIDDEN", "moderationCase": {"state": "HIDDEN"}}
    assert of_cases[STUDENT].events == [decided]
    assert [each["change"] for each in of_cases[HEAD].events] == ["REPORTED", "HIDDEN"]
