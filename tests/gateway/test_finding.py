"""What a head looks for: pages that are searched, filtered and counted; everything's school."""

from datetime import timedelta
from typing import Any

from graphql import OperationDefinitionNode, parse

from db.demo import Demo
from db.store import Store
from gateway.cost import CostAnalysis
from gateway.errors import shown
from resolvers.context import Context
from resolvers.execution.compiled_executor import CompiledExecutor
from resolvers.mutations.class_groups import ChangeClassGroup, change_class_group
from resolvers.mutations.courses import CreateCourse, create_course
from resolvers.mutations.guardians import CreateGuardians, GuardianRow, create_guardians
from resolvers.mutations.students import EnrolStudents, StudentRow, enrol_students
from resolvers.mutations.teachings import StandIn, stand_in
from resolvers.sessions import sign_in
from schema.build import schema
from tests.asking import graphql
from tests.gateway.small_school import TODAY
from tests.store.office import class_group, done, in_year, teacher, uuid, year
from tests.store.staff_room import GUARDIAN, HEAD, STUDENT, TEACHER, YESTERDAY, StaffRoom


async def ask(room: StaffRoom, query: str, kind: str = HEAD, **variables: object) -> Any:
    found = await graphql(
        schema._schema,
        query,
        context_value=Context(room.store, await room.viewer(kind)),
        variable_values=variables,
        executor_class=CompiledExecutor,
    )
    return found.formatted | ({"errors": shown(found.errors)} if found.errors else {})


async def names(room: StaffRoom, list_: str, shows: str = "givenName", /, **where: object) -> Any:
    """The names on the first page of a list of the school, and how many there are in all."""
    filter_ = f"{list_[0].upper()}{list_[1:-1]}Filter"
    query = f"""
      query ($where: {filter_}) {{ school {{ {list_}(where: $where) {{
        totalCount edges {{ node {{ name: {shows} }} }} }} }} }}
    """
    answer = await ask(room, query, where=where)
    assert "errors" not in answer, answer
    found = answer["data"]["school"][list_]
    return [edge["node"]["name"] for edge in found["edges"]], found["totalCount"]


async def test_students_are_found_by_words_class_year_and_what_they_lack(room: StaffRoom) -> None:
    await in_year(room)
    rows = [
        StudentRow(given_name="Ana María", family_name="Núñez", class_group="7B"),
        StudentRow(given_name="Bo", family_name="Ångström"),
    ]
    await done(room, enrol_students, EnrolStudents(room.id("School"), rows))
    await room.rows("UPDATE student SET grade_level = '7' WHERE given_name = 'student'")
    everybody = ["student", "Bo", "Ana María", "classmate", "other_student"]
    assert await names(room, "students") == (everybody, 5)
    assert await names(room, "students", name="nunez ana") == (["Ana María"], 1)
    assert await names(room, "students", name="ANGS") == (["Bo"], 1)
    assert await names(room, "students", name="nobody") == ([], 0)
    group, ours = await class_group(room, "7B"), room.id("AcademicYear")
    of_class = ["student", "Ana María", "classmate"]
    assert await names(room, "students", classGroup=group) == (of_class, 3)
    assert await names(room, "students", gradeLevel="7", name="adler") == (["student"], 1)
    assert await names(room, "students", academicYear=ours) == ([*of_class, "other_student"], 4)
    next_year = await year(room, TODAY + timedelta(200), TODAY + timedelta(400), "8B")
    assert await names(room, "students", academicYear=next_year) == ([], 0)
    lonely = ["Bo", "Ana María", "classmate"]
    assert await names(room, "students", withoutGuardian=True) == (lonely, 3)
    assert await names(room, "students", withoutClassGroup=True) == (["Bo"], 1)
    without = ["Bo", "Ana María", "other_student"]
    assert await names(room, "students", withoutAccount=True) == (without, 3)
    await room.rows("UPDATE guardianship SET ends_on = $1", YESTERDAY)
    assert await names(room, "students", withoutGuardian=True) == (everybody, 5)
    await room.rows("UPDATE student SET ends_on = $1 WHERE given_name = 'Bo'", YESTERDAY)
    assert await names(room, "students", hasLeft=True) == (["Bo"], 1)
    assert (await names(room, "students"))[1] == 4
    elsewhere = "query ($id: ID) { school { students(where: { classGroup: $id }) { totalCount } } }"
    answer = await ask(room, elsewhere, id=room.id("Course"))
    assert answer["errors"][0]["extensions"]["code"] == "BAD_INPUT"


async def test_a_page_goes_on_after_its_last_edge_and_counts_the_whole(room: StaffRoom) -> None:
    query = """
      query ($after: String) { school { students(first: 2, after: $after) {
        totalCount pageInfo { hasNextPage endCursor } edges { node { givenName } } } } }
    """
    first = (await ask(room, query))["data"]["school"]["students"]
    after = first["pageInfo"]["endCursor"]
    second = (await ask(room, query, after=after))["data"]["school"]["students"]
    assert [len(page["edges"]) for page in (first, second)] == [2, 1]
    assert [page["totalCount"] for page in (first, second)] == [3, 3]
    assert [page["pageInfo"]["hasNextPage"] for page in (first, second)] == [True, False]


async def test_guardians_and_teachers_are_found(room: StaffRoom) -> None:
    given = [GuardianRow(given_name="Ed", family_name="Eß", children=[room.id("Student")])]
    given.append(GuardianRow(given_name="Flo", family_name="Eß"))
    await done(room, create_guardians, CreateGuardians(room.id("School"), given))
    assert await names(room, "guardians") == (["Ed", "Flo", "guardian", "other_guardian"], 4)
    assert await names(room, "guardians", name="ess") == (["Ed", "Flo"], 2)
    assert await names(room, "guardians", withoutChild=True) == (["Flo"], 1)
    assert await names(room, "guardians", withoutAccount=True) == (["Ed", "Flo"], 2)
    await room.rows("UPDATE guardian SET active = false WHERE given_name = 'Ed'")
    assert await names(room, "guardians", hasLeft=True) == (["Ed"], 1)
    assert await names(room, "teachers", name="som cour") == (["course_teacher"], 1)
    query = (
        "{ school { guardians { totalCount } students { totalCount } teachers { totalCount } } }"
    )
    denied = await ask(room, query, TEACHER)
    assert [error["path"] for error in denied["errors"]] == [
        ["school", "guardians"], ["school", "students"],
    ]  # fmt: skip
    assert denied["data"]["school"]["teachers"] == {"totalCount": 3}
    await room.rows(
        "DELETE FROM membership WHERE role = 'TEACHER' AND teacher_id = $1",
        room.small.records["Teacher"],
    )
    assert await names(room, "teachers", withoutAccount=True) == (["course_teacher"], 1)
    assert await names(room, "teachers", hasLeft=True) == ([], 0)


async def test_courses_are_found_by_title_year_class_and_who_teaches(room: StaffRoom) -> None:
    school, ours = room.id("School"), room.id("ClassGroup")
    await room.rows("UPDATE class_group SET academic_year_id = NULL")
    course = CreateCourse(school, room.id("Subject"), ours, title="Álgebra, 7B")
    await done(room, create_course, course)
    everything = ["Álgebra, 7B", "Maths 7B", "Maths 8A"]

    async def courses(**where: object) -> Any:
        return await names(room, "courses", "title", **where)

    assert await courses() == (everything, 3)
    assert await courses(name="7b alg") == (["Álgebra, 7B"], 1)
    assert await courses(classGroup=ours) == (["Álgebra, 7B", "Maths 7B"], 2)
    several = CreateCourse(
        school, room.id("Subject"), class_groups=[ours], academic_year=room.id("AcademicYear"),
        title="Choir",
    )  # fmt: skip
    shared = await done(room, create_course, several)
    assert await courses(classGroup=ours) == (["Álgebra, 7B", "Choir", "Maths 7B"], 3)
    query = "query ($id: ID!) { classGroup(id: $id) { courses { title } } }"
    found = await ask(room, query, id=ours)
    titles = [each["title"] for each in found["data"]["classGroup"]["courses"]]
    assert titles == ["Álgebra, 7B", "Choir", "Maths 7B"]
    await room.rows("UPDATE course SET active = false WHERE id = $1", shared.id)
    assert await courses(classGroup=ours, putAway=True) == (["Choir"], 1)
    assert await courses(teacher=room.id("Teacher")) == (["Maths 7B"], 1)
    assert await courses(withoutTeacher=True) == (["Álgebra, 7B"], 1)
    assert await courses(subject=room.id("Subject"), name="8a") == (["Maths 8A"], 1)
    this_year = room.id("AcademicYear")
    assert await courses(academicYear=this_year) == (["Maths 7B", "Maths 8A"], 2)
    await room.rows("UPDATE academic_year SET ends_on = $1", YESTERDAY)
    assert await courses() == (["Álgebra, 7B"], 1)
    assert await courses(isOver=True) == (["Choir", "Maths 7B", "Maths 8A"], 3)
    assert await courses(academicYear=this_year) == (["Maths 7B", "Maths 8A"], 2)


async def test_a_class_takes_what_its_students_learn_while_they_are_in_it(room: StaffRoom) -> None:
    await in_year(room)
    ours, this_year = room.id("ClassGroup"), room.id("AcademicYear")
    several = CreateCourse(
        room.id("School"), room.id("Subject"), class_groups=[ours], academic_year=this_year,
        title="Choir", begins_on=YESTERDAY,
    )  # fmt: skip
    choir = await done(room, create_course, several)
    await room.lesson(YESTERDAY, course="Choir")
    query = """
      query ($id: ID!, $day: Date!) { classGroup(id: $id) { courses { title }
        timetable(from: $day, to: $day) { lessons { course { title } } } } }
    """

    async def seen() -> tuple[list[str], list[str]]:
        answer = await ask(room, query, id=ours, day=YESTERDAY.isoformat())
        found = answer["data"]["classGroup"]
        titles = [each["title"] for each in found["courses"]]
        assert titles == (await names(room, "courses", "title", classGroup=ours))[0]
        lessons = [lesson for day in found["timetable"] for lesson in day["lessons"]]
        return titles, [lesson["course"]["title"] for lesson in lessons]

    both = ["Choir", "Maths 7B"]
    assert await seen() == (both, ["Choir"])
    in_choir = f"course_id = '{choir.id}'"
    in_class = f"class_group_id = '{room.small.records['ClassGroup']}'"
    over = f"UPDATE enrolment SET ends_on = '{YESTERDAY}' WHERE {in_choir}"
    moved_in = f"UPDATE enrolment SET begins_on = '{TODAY}' WHERE {in_class}"
    await room.rows(over)
    assert await seen() == (["Maths 7B"], ["Choir"])
    await room.rows(moved_in)
    assert await seen() == (["Maths 7B"], [])
    await room.rows(f"UPDATE enrolment SET ends_on = NULL WHERE {in_choir}")
    assert await seen() == (both, [])
    await room.rows(f"UPDATE student SET ends_on = '{YESTERDAY}'")
    assert await seen() == (["Maths 7B"], [])
    await room.rows("UPDATE student SET ends_on = NULL")
    last_year = await year(room, YESTERDAY - timedelta(300), YESTERDAY)
    await room.rows(
        f"UPDATE course SET academic_year_id = $1 WHERE id = '{choir.id}'", uuid(last_year)
    )
    assert await seen() == (["Maths 7B"], [])


async def test_class_groups_are_found_by_name_year_and_who_leads(room: StaffRoom) -> None:
    async def groups(**where: object) -> Any:
        return await names(room, "classGroups", "name", **where)

    everything = ["7B", "8A", "9C, without students"]
    assert await groups() == (everything, 3)
    assert await groups(name="students 9c") == (["9C, without students"], 1)
    assert await groups(gradeLevel="8") == (["8A"], 1)
    assert await groups(withoutClassTeacher=True) == (["8A"], 1)
    next_year = await year(room, TODAY + timedelta(200), TODAY + timedelta(400), "8B")
    assert await groups(academicYear=next_year) == (["8B"], 1)
    await in_year(room)
    await room.rows("UPDATE academic_year SET starts_on = $1, ends_on = $1", YESTERDAY)
    assert await groups() == ([], 0)
    assert await groups(isOver=True, name="7") == (["7B"], 1)


async def test_everything_says_its_school(room: StaffRoom) -> None:
    emptied = (
        "Webhook",
        "WebhookDelivery",
        "AuditEntry",
        "DataExport",
        "Erasure",
        "Conversation",
        "Message",
        "Notice",
    )  # with the histories, in the room, or read by nobody for their role
    nouns = [
        noun
        for noun in room.small.records.keys() - {"School", *emptied}
        if not noun.endswith("Revision")
    ]
    ids = [room.id(noun) for noun in nouns]
    schools = " ".join(f"... on {noun} {{ school {{ name }} }}" for noun in nouns)
    query = f"query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ __typename {schools} }} }}"
    seen: list[str] = []
    room.store.watchers.append(seen.append)
    nodes = (await ask(room, query, ids=ids))["data"]["nodes"]
    assert [node["school"] for node in nodes] == [{"name": "Here"}] * len(ids)
    assert "School" not in {node["__typename"] for node in nodes}


async def test_a_childs_papers_show_what_was(room: StaffRoom) -> None:
    await done(
        room, change_class_group, ChangeClassGroup(room.id("ClassGroup"), deputy=room.id("Teacher"))
    )
    other = await teacher(room, "other_teacher")
    span = (TODAY, TODAY + timedelta(3))
    await done(room, stand_in, StandIn(room.id("Course"), other, room.id("Teacher"), *span))
    query = """
      query ($student: ID!, $course: ID!) {
        student(id: $student) {
          enrolments { beginsOn endsOn classGroup { name deputy { givenName } } course { title } }
          guardianships { kind beginsOn guardian { givenName children { givenName } } } }
        course(id: $course) {
          teachings { main beginsOn endsOn teacher { givenName } standsInFor { givenName } } } }
    """
    ids = {"student": room.id("Student"), "course": room.id("Course")}
    answer = await ask(room, query, **ids)
    group = {"name": "7B", "deputy": {"givenName": "course_teacher"}}
    assert answer["data"]["student"] == {
        "enrolments": [{"beginsOn": None, "endsOn": None, "classGroup": group, "course": None}],
        "guardianships": [
            {
                "kind": "GUARDIAN",
                "beginsOn": None,
                "guardian": {"givenName": "guardian", "children": [{"givenName": "student"}]},
            }
        ],
    }
    first, second = answer["data"]["course"]["teachings"]
    assert (first["teacher"]["givenName"], first["standsInFor"]) == ("course_teacher", None)
    assert second == {
        "main": False,
        "beginsOn": TODAY,
        "endsOn": span[1],
        "teacher": {"givenName": "other_teacher"},
        "standsInFor": {"givenName": "course_teacher"},
    }
    for kind in (GUARDIAN, STUDENT):
        family = await ask(room, query, kind, **ids)
        assert [error["path"] for error in family["errors"]] == [["student", "guardianships"]]
    query = "query ($id: ID!) { node(id: $id) { ... on Teacher { classGroups { name } } } }"
    led = (await ask(room, query, id=room.id("Teacher")))["data"]["node"]["classGroups"]
    assert [group["name"] for group in led] == ["7B", "9C, without students"]


OFFICE = """
  { school {
    students(first: 100, where: { name: "a" }) { totalCount edges { node { displayName
      school { name } classGroups { name classTeacher { displayName } deputy { displayName } }
      enrolments { beginsOn course { title } classGroup { name } }
      guardianships { kind guardian { displayName children { displayName } } } } } }
    courses(first: 100) { totalCount edges { node { title subject { name }
      teachings { teacher { displayName } standsInFor { displayName } } } } } } }
"""


async def test_a_heads_screens_cost_a_statement_a_level_and_one_a_count(
    store: Store, demo: Demo
) -> None:
    login = next(one.login for one in demo.accounts if one.login.startswith("head"))
    viewer = (await sign_in(store, login, "demo")).viewer
    seen: list[str] = []
    store.watchers.append(seen.append)
    found = await graphql(
        schema._schema,
        OFFICE,
        context_value=Context(store, viewer),
        executor_class=CompiledExecutor,
    )
    assert found.errors is None
    assert found.data is not None
    assert len(found.data["school"]["students"]["edges"]) > 1
    assert sorted(set(seen) - {"feed_key"}) == [  # which seals the cursors, and is read once
        "class_groups_of_students",
        "courses_counted",
        "courses_page",
        "enrolments_of_students",
        "guardianships_of_students",
        "school_by_id",
        "schools_by_id",
        "students_counted",
        "students_of_guardians",
        "students_page",
        "subjects_by_id",
        "teachings_of_courses",
    ]
    assert len(seen) == len(set(seen)) + seen.count("feed_key") - 1


def test_the_office_costs_by_its_pages() -> None:
    whole, tenth = (_cost(text) for text in (OFFICE, OFFICE.replace("first: 100", "first: 10")))
    assert whole > 9 * tenth


def _cost(text: str) -> int:
    (operation,) = parse(text).definitions
    assert isinstance(operation, OperationDefinitionNode)
    return CostAnalysis(schema._schema, {}, {}).analyse(operation).cost
