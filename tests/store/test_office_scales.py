"""Grade scales as an office types them in: previewed, made, changed while unused, put away."""

from typing import Any

import pytest

from resolvers.mutations.grades import give_grade
from tests.store.office_room import SCHOOL, act, ask, done, why
from tests.store.staff_room import TEACHER, StaffRoom

PREVIEW = """
  query ($scale: GradeScaleToCreate!, $marks: [String!]!, $rounding: RoundingRule) {
    previewGradeScale(scale: $scale, marks: $marks, rounding: $rounding) {
      allowed average proposal errors { code path }
      marks { written mark number share passing problem }
    } }
"""
SIX_BEST = {
    "name": "Swiss",
    "marks": [
        {"mark": "6", "number": "6", "share": "1"},
        {"mark": "5", "number": "5"},
        {"mark": "4", "number": "4"},
        {"mark": "1", "number": "1", "passing": False, "share": "0"},
        {"mark": "freed"},
    ],
}
TWENTY = {"name": "Of 20", "points": {"maximum": "20", "step": "0.5", "passingFrom": "10"}}


def edit(of: Any, **more: Any) -> dict[str, Any]:
    return {"id": of["id"], "expectedVersion": of.get("version", 1), "reason": "So it is", **more}


async def preview(room: StaffRoom, scale: Any, *marks: str, **more: Any) -> Any:
    answer = await ask(room, TEACHER, PREVIEW, scale=scale, marks=list(marks), **more)
    return answer["previewGradeScale"]


async def test_a_preview_says_how_marks_read_and_average(room: StaffRoom) -> None:
    before = await room.rows("SELECT * FROM grade_scale")
    shown = await preview(room, SIX_BEST, " 6 ", "5", "Freed", "7")
    assert (shown["average"], shown["proposal"], shown["errors"]) == ("5.50", "6", [])
    assert shown["marks"] == [
        {"written": " 6 ", "mark": "6", "number": "6", "share": "1", "passing": True,
         "problem": None},
        {"written": "5", "mark": "5", "number": "5", "share": "0.8", "passing": True,
         "problem": None},
        {"written": "Freed", "mark": "freed", "number": None, "share": None, "passing": True,
         "problem": None},
        {"written": "7", "mark": None, "number": None, "share": None, "passing": None,
         "problem": "7 is not a mark of the scale Swiss: 6, 5, 4, 1, freed."},
    ]  # fmt: skip
    rule = {"threshold": "0.6", "marks": [{"mark": "5", "threshold": "0.5"}]}
    assert (await preview(room, SIX_BEST, "6", "5", rounding=rule))["proposal"] == "5"
    assert (await preview(room, SIX_BEST, "5", "4", rounding=rule))["proposal"] == "5"
    points = await preview(room, TWENTY, "10", "9.5", "20.5")
    assert (points["allowed"], points["average"]) == ("0 to 20 in steps of 0.5", "9.75")
    assert [each["passing"] for each in points["marks"]] == [True, False, None]
    assert [each["share"] for each in points["marks"]] == ["0.5", "0.475", None]
    assert await room.rows("SELECT * FROM grade_scale") == before


BAD: list[tuple[Any, str]] = [
    ({"name": "Neither"}, "marks"),
    ({"name": "Both", "marks": [], "points": {"maximum": "5"}}, "marks"),
    ({"name": "None", "marks": []}, "marks"),
    ({"name": "Twice", "marks": [{"mark": "a"}, {"mark": " A "}]}, "marks"),
    ({"name": "Long", "marks": [{"mark": "a" * 17}]}, "marks"),
    ({"name": "Exact", "marks": [{"mark": "a", "number": "1.0001"}]}, "marks"),
    ({"name": "Many", "marks": [{"mark": str(n)} for n in range(101)]}, "marks"),
    ({"name": "One share", "marks": [{"mark": "a", "number": "1", "share": "1"}]}, "marks"),
    ({"name": "Backwards", "marks": [
        {"mark": "a", "number": "1", "share": "1"}, {"mark": "b", "number": "2", "share": "0"},
    ]}, "marks"),
    ({"name": "Shared", "marks": [{"mark": "a", "share": "1"}]}, "marks"),
    ({"name": "Down", "points": {"minimum": "5", "maximum": "1", "shares": False}}, "points"),
    ({"name": "Step", "points": {"maximum": "5", "step": "2"}}, "points"),
    ({"name": "Pass", "points": {"maximum": "5", "passingFrom": "6"}}, "points"),
    ({"name": "From 1", "points": {"minimum": "1", "maximum": "5"}}, "points.minimum"),
    ({"name": "Best", "best": "LOWEST", "points": {"maximum": "5"}}, "best"),
    ({"name": "", "marks": [{"mark": "a"}]}, "name"),
]  # fmt: skip


@pytest.mark.parametrize(("scale", "path"), BAD)
async def test_what_is_no_scale_is_told_alike_before_and_when_it_is_made(
    still_room: StaffRoom, scale: Any, path: str
) -> None:
    (error,) = (await preview(still_room, scale, "a"))["errors"]
    assert error["code"] == "BAD_INPUT"
    assert ".".join(error["path"]) == f"scale.{path}"
    refused = await why(still_room, "createGradeScales", school=SCHOOL, gradeScales=[TWENTY, scale])
    assert refused == [("BAD_INPUT", f"gradeScales.1.{path}")]


async def test_a_scale_changes_until_a_mark_is_given_in_it(room: StaffRoom) -> None:
    (scale,) = await done(
        room, "createGradeScales", "id name best marks maximum version",
        school=SCHOOL, gradeScales=[SIX_BEST],
    )  # fmt: skip
    assert (scale["marks"], scale["maximum"]) == (["freed", "1", "4", "5", "6"], "6")
    low = {"name": "Ours", "best": "LOWEST", "marks": [
        {"mark": "1", "number": "1"}, {"mark": "2", "number": "2", "passing": False},
    ]}  # fmt: skip
    changed = await done(
        room, "changeGradeScale", "id name best marks version history { change nameBefore }",
        **edit(scale, to=low),
    )  # fmt: skip
    assert (changed["name"], changed["best"], changed["marks"]) == ("Ours", "LOWEST", ["2", "1"])
    assert [each["nameBefore"] for each in changed["history"]] == [None, "Swiss"]
    course = {"course": room.id("Course"), "gradeScale": scale["id"]}
    await done(room, "setCourseGradeScale", **course)
    assert await why(room, "putAwayGradeScale", **edit(changed)) == [("IN_USE", "id")]
    assert (await give_grade(room.store, await room.viewer(), room.grade(value="2"))).errors == []
    assert await why(room, "changeGradeScale", **edit(changed, to=SIX_BEST)) == [("IN_USE", "to")]
    assert await why(room, "changeGradeScale", **edit(changed, to={"name": "x"})) == [
        ("BAD_INPUT", "to.marks")
    ]
    named = await done(
        room, "changeGradeScale", "id name marks version", **edit(changed, name="Of ours")
    )
    assert (named["name"], named["marks"]) == ("Of ours", ["2", "1"])
    await done(room, "setCourseGradeScale", **{**course, "gradeScale": room.id("GradeScale")})
    assert await why(room, "putAwayGradeScale", **edit(named)) == [("IN_USE", "id")]


async def test_an_unused_scale_is_put_away_but_not_the_schools_own(room: StaffRoom) -> None:
    scales = {"school": SCHOOL, "gradeScales": [SIX_BEST, TWENTY]}
    one, two = await done(room, "createGradeScales", "id version", **scales)
    await done(room, "changeSchool", school=SCHOOL, gradeScale=one["id"])
    assert await why(room, "putAwayGradeScale", **edit(one)) == [("IN_USE", "id")]
    away = await done(room, "putAwayGradeScale", "id active version", **edit(two))
    assert (away["active"], away["version"]) == (False, 2)
    assert await why(room, "changeSchool", school=SCHOOL, gradeScale=two["id"]) == [
        ("NOT_FOUND", "gradeScale")
    ]
    answer = await act(room, "setCourseGradeScale", course=room.id("Course"), gradeScale=two["id"])
    assert [error["code"] for error in answer["errors"]] == ["NOT_FOUND"]
    back = await done(room, "changeGradeScale", "active version", **edit(away, name="Again"))
    assert back == {"active": True, "version": 3}
