"""The views that an account keeps: saved, put in order, removed, and of nobody else's."""

from typing import Any

from resolvers import global_id
from tests.gateway.front_door import FrontDoor
from tests.gateway.small_school import ELSEWHERE, HERE

GUARDIAN, STUDENT = "guardian of this child", "the student"
VIEWS = "{ viewer { profiles { id name language student { givenName } school { name } } } }"


async def views(door: FrontDoor, token: str) -> list[Any]:
    return list((await door.ask(VIEWS, token))["viewer"]["profiles"])


async def names(door: FrontDoor, token: str) -> list[str]:
    return [each["name"] for each in await views(door, token)]


async def test_views_are_saved_renamed_put_in_order_and_removed(door: FrontDoor) -> None:
    token = await door.token(GUARDIAN)

    async def save(**view: Any) -> list[tuple[str, list[str]]]:
        answer = await door.do("saveProfile", token=token, **view)
        return [(each["code"], each["path"]) for each in answer["errors"]]

    child = await door.id_of(STUDENT)
    assert await save(name=" Ada ", student=child, language="de") == []
    assert await save(name="Everybody") == []
    assert await save(name="First", place=0) == []
    assert await names(door, token) == ["First", "Ada", "Everybody"]
    _, ada, _ = await views(door, token)
    shown = {"language": "de", "student": {"givenName": "student"}, "school": {"name": "Here"}}
    assert ada == {"id": ada["id"], "name": "Ada"} | shown
    assert await save(id=ada["id"], name="Ada's", student=child, place=9) == []
    assert await names(door, token) == ["First", "Everybody", "Ada's"]
    assert await save(name="First") == [("ALREADY_THERE", ["name"])]
    assert await save(name=" ") == [("BAD_INPUT", ["name"])]
    schools = [global_id.make("School", each, global_id.NIL) for each in (HERE, ELSEWHERE)]
    here = {"school": schools[0]}
    assert await save(name="At work", language="ru", **here) == []
    *_, work = await views(door, token)
    at_work = {"name": "At work", "language": "ru", "student": None, "school": {"name": "Here"}}
    assert work == {"id": work["id"], **at_work}
    assert await save(id=work["id"], name="At work", student=child, **here) == []
    for wrong, code in ((schools[1], "NOT_FOUND"), (child, "BAD_INPUT"), ("x", "BAD_INPUT")):
        assert await save(name="x", school=wrong) == [(code, ["school"])]
    assert (await door.do("removeProfile", token=token, id=work["id"]))["errors"] == []
    assert await save(name="x", language="d'oh") == [("BAD_INPUT", ["language"])]
    other = await door.id_of("a classmate")
    assert await save(name="x", student=other) == [("NOT_FOUND", ["student"])]
    theirs = await door.token(STUDENT)
    assert await views(door, theirs) == []
    gone = await door.do("removeProfile", token=theirs, id=ada["id"])
    assert [each["code"] for each in gone["errors"]] == ["NOT_FOUND"]
    assert (await door.do("removeProfile", token=token, id=ada["id"]))["errors"] == []
    for number in range(18):
        assert await save(name=f"View {number}") == []
    assert await save(name="One too many") == [("TOO_MANY", ["name"])]
    assert len(await views(door, token)) == 20
