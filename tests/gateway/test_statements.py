"""How many statements a page of the diary costs, whatever its size."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from graphql import execute, parse, print_ast

from db.demo import Demo
from db.store import Store
from resolvers import global_id
from resolvers.context import Context
from resolvers.declarations.naming import snake
from resolvers.execution.compiled_executor import CompiledExecutor
from resolvers.sessions import sign_in
from schema.build import schema
from tests.conftest import TODAY

QUERIES = Path(__file__).parents[2] / "gateway/graphiql/source/queries"
DIARY = Path(__file__).parents[2] / "gateway/diary/source/documents"
MONTH = {"from": str(TODAY - timedelta(30)), "to": str(TODAY)}


async def statements(store: Store, login: str, query: str, **variables: object) -> list[str]:
    """The names of the statements that answering takes, after the viewer is known."""
    seen: list[str] = []
    viewer = (await sign_in(store, login, "demo")).viewer
    store.watchers.append(seen.append)
    answer: Any = execute(
        schema._schema,
        parse(query),
        context_value=Context(store, viewer),
        variable_values=variables,
        executor_class=CompiledExecutor,
    )
    answer = await answer
    assert answer.errors is None, answer.errors
    assert answer.data is not None
    return sorted(seen)


def document(path: Path, *names: str) -> str:
    """The operation and its fragments, of a document of the diary's page."""
    found = parse(path.read_text()).definitions
    return "\n".join(print_ast(one) for one in found if one.to_dict()["name"]["value"] in names)


def prepared(name: str) -> str:
    return (QUERIES / f"{name}.graphql").read_text()


async def test_the_diary_of_a_parents_children_costs_four_statements(
    store: Store, demo: Demo
) -> None:
    seen = await statements(store, parent(demo), prepared("diary_week"), **MONTH)
    assert seen == [
        "grades_of_students",
        "homework_of_lessons",
        "lessons_of_students",
        "students_by_id",
    ]


async def test_the_journals_of_all_a_teachers_courses_cost_five_statements(
    store: Store, demo: Demo
) -> None:
    seen = await statements(store, teacher(demo), prepared("class_journal"), **MONTH)
    assert seen == [
        "courses_of_teachers",
        "grades_of_courses",
        "lessons_of_courses",
        "students_of_journals",
        "teachers_by_id",
    ]


COURSE = """
  query ($id: ID!, $from: Date!, $to: Date!) { course(id: $id) { title
    journal(from: $from, to: $to) {
      lessons { id date topic subject { name } teacher { displayName } }
      rows { student { displayName } average { value }
             grades { value weight workType { name } lesson { id } } } } } }
"""


async def test_the_journal_of_a_course_costs_four_statements(store: Store, demo: Demo) -> None:
    (course,) = await store.pool.fetch("SELECT school_id, id FROM course ORDER BY id LIMIT 1")
    id_ = global_id.make("Course", course["school_id"], course["id"])
    assert await statements(store, head(demo), COURSE, id=id_, **MONTH) == [
        "courses_by_id",
        "grades_of_courses",
        "lessons_of_courses",
        "students_of_journals",
    ]


REGISTER = """
  query ($id: ID!, $from: Date!, $to: Date!) { course(id: $id) {
    journal(from: $from, to: $to) {
      lessons { id topic attendanceTakenAt attendance { kind student { displayName } } }
      rows { student { displayName } attendance { token minutes lesson { id date } } } }
    attendanceCounts(from: $from, to: $to) { student { displayName } count { rate absences } } } }
"""
ABSENCES = """
  query ($id: ID!, $from: Date!, $to: Date!) { student(id: $id) {
    diary(from: $from, to: $to) { lessons { lesson { topic attendanceTakenAt }
      attendance { kind minutes notice { because } } } }
    attendance(from: $from, to: $to) { kind lesson { date slot subject { name } } }
    missed(from: $from, to: $to) { grades { value } lesson { topic homework { text } } }
    absenceNotices(from: $from, to: $to) { state }
    of: attendanceCounts(from: $from, to: $to) { course { title } count { rate } }
    slots: attendanceCounts(from: $from, to: $to, by: SLOT) { slot count { absences } } } }
"""
OF_CLASS = """
  query ($id: ID!, $from: Date!, $to: Date!) { node(id: $id) { ... on ClassGroup {
    attendanceCounts(from: $from, to: $to) { student { displayName } count { rate absences } }
    absenceNotices(from: $from, to: $to) { state student { displayName } } } } }
"""


async def test_attendance_costs_a_statement_a_list_and_a_count(store: Store, demo: Demo) -> None:
    assert await statements(store, head(demo), REGISTER, id=await _one(
        store, "Course", "course"), **MONTH) == [
        "attendance_counted_of_courses",
        "attendances_of_courses",
        "attendances_of_lessons",
        "courses_by_id",
        "lessons_of_courses",
        "students_by_id",
        "students_of_journals",
    ]  # fmt: skip
    ids = {
        "id": await _one(
            store,
            "Student",
            "student JOIN attendance a ON a.student_id = student.id"
            " AND a.notice_id IS NOT NULL AND a.absence AND a.day > current_date - 25",
        )
    }
    assert await statements(store, head(demo), ABSENCES, **ids, **MONTH) == [
        "absence_notices_by_id",
        "absence_notices_of_students",
        "attendance_counted_of_students",
        "attendance_counted_of_students",
        "attendances_of_students",
        "attendances_of_students",
        "courses_by_id",
        "grades_of_students",
        "homework_of_lessons",
        "lessons_missed_of_students",
        "lessons_of_students",
        "students_by_id",
    ]
    store.watchers.clear()
    ids = {"id": await _one(store, "ClassGroup", "class_group")}
    assert await statements(store, head(demo), OF_CLASS, **ids, **MONTH) == [
        "absence_notices_of_class_groups",
        "attendance_counted_of_class_groups",
        "class_groups_by_id",
        "students_by_id",
    ]


COMPLETED = """
  query ($id: ID!) { lesson(id: $id) { id version date slot startsAt endsAt room topic status closed
    homeworkClosed attendanceTakenAt course { title } subject { name } teacher { displayName }
    homework { text dueOn expectedMinutes } homeworkDue { text }
    rows { student { displayName } attendance { id version token minutes note }
           grades { id version value weight comment workType { name } } } } }
"""


async def test_a_lesson_with_topic_homework_attendance_and_marks_costs_six_statements(
    store: Store, demo: Demo
) -> None:
    held = "lesson JOIN homework h ON h.lesson_id = lesson.id"
    ids = {"id": await _one(store, "Lesson", held)}
    assert await statements(store, head(demo), COMPLETED, **ids) == [
        "attendances_of_lessons",
        "grades_of_lessons",
        "homework_due_at_lessons",
        "homework_of_lessons",
        "learners_of_lessons",
        "lessons_by_id",
    ]


OPEN = """
  query ($from: Date!, $to: Date!) { school {
    openLessons(from: $from, to: $to, first: 30) { totalCount pageInfo { endCursor } edges { node {
      id date slot topic attendanceTakenAt course { title } teacher { displayName } } } }
    classGroups(first: 20) { edges { node { name
      openLessons(from: $from, to: $to, first: 1) { totalCount edges { cursor } } } } }
    teachers(first: 60) { edges { node { displayName
      openLessons(from: $from, to: $to, first: 1) { totalCount edges { cursor } } } } } } }
"""


async def test_open_lessons_of_the_school_of_classes_and_teachers_cost_two_statements_each(
    store: Store, demo: Demo
) -> None:
    week = {"from": str(TODAY - timedelta(7)), "to": str(TODAY)}
    assert await statements(store, head(demo), OPEN, **week) == [
        "class_groups_page",
        "courses_by_id",
        "feed_key",
        "open_lessons_counted",
        "open_lessons_counted_of_class_groups",
        "open_lessons_counted_of_teachers",
        "open_lessons_of_class_groups",
        "open_lessons_of_school",
        "open_lessons_of_teachers",
        "schools_by_id",
        "teachers_by_id",
        "teachers_page",
    ]


DAY = """
  query ($from: Date!, $to: Date!) { viewer { children { displayName
    diary(from: $from, to: $to) { date lessons {
      lesson { slot startsAt room topic status attendanceTakenAt subject { name }
        teacher { displayName } homework { text dueOn } homeworkDue { text } }
      grades { value workType { name } comment } attendance { kind minutes } } }
    remarks(from: $from, to: $to) { text } absenceNotices(from: $from, to: $to) { state } } } }
"""


async def test_the_day_of_a_parents_children_costs_one_statement_a_list(
    store: Store, demo: Demo
) -> None:
    for day in range(7):  # the last school day
        on = str(TODAY - timedelta(day))
        seen = await statements(store, parent(demo), DAY, **{"from": on, "to": on})
        store.watchers.clear()
        if "homework_of_lessons" in seen:
            break
    assert seen == [
        "absence_notices_of_students",
        "attendances_of_students",
        "grades_of_students",
        "homework_due_at_lessons",
        "homework_of_lessons",
        "lessons_of_students",
        "remarks_of_students",
        "students_by_id",
    ]


TEACHERS_DAY = """
  query ($from: Date!, $to: Date!) { viewer { teacher { displayName
    lessons(from: $from, to: $to) { date slot startsAt room topic status closed attendanceTakenAt
      course { title } subject { name } homework { text } homeworkDue { text }
      attendance { kind student { displayName } } }
    openLessons { totalCount edges { node { date slot topic } } } } } }
"""


async def test_a_teachers_day_costs_one_statement_a_list_and_a_count(
    store: Store, demo: Demo
) -> None:
    assert await statements(store, teacher(demo), TEACHERS_DAY, **MONTH) == [
        "attendances_of_lessons",
        "feed_key",
        "homework_due_at_lessons",
        "homework_of_lessons",
        "lessons_of_teachers",
        "open_lessons_counted_of_teachers",
        "open_lessons_of_teachers",
        "teachers_by_id",
    ]


DUE = """
  query ($id: ID!, $from: Date!, $to: Date!) { course(id: $id) {
    journal(from: $from, to: $to) {
      lessons { homework { text dueOn dueLesson { id date slot room } } } } } }
"""


async def test_the_lessons_at_which_homework_is_due_are_joined_to_it(
    store: Store, demo: Demo
) -> None:
    (course,) = await store.pool.fetch("SELECT school_id, id FROM course ORDER BY id LIMIT 1")
    id_ = global_id.make("Course", course["school_id"], course["id"])
    assert await statements(store, head(demo), DUE, id=id_, **MONTH) == [
        "courses_by_id",
        "homework_of_lessons",
        "lessons_of_courses",
    ]


HOMEWORK = """
  { viewer { children { id
    homework(from: $from, to: $to, first: 20) { totalCount pageInfo { hasNextPage } edges {
      node { state overdue homework { text dueLesson { slot } }
             status { text comment } } } }
    homeworkCompletion(from: $from, to: $to) { subject { name } total completed } } } }
"""


async def test_the_homework_of_a_parents_children_costs_one_statement_a_kind(
    store: Store, demo: Demo
) -> None:
    query = f"query ($from: Date!, $to: Date!) {HOMEWORK}"
    week = {"from": str(TODAY - timedelta(7)), "to": str(TODAY)}
    seen = await statements(store, parent(demo), query, **week)
    assert seen == [
        "feed_key",
        "homework_counted_of_students",
        "homework_of_students",
        "homework_of_students",
        "homework_statuses_by_id",
        "homeworks_by_id",
        "students_by_id",
        "subjects_by_id",
    ]
    with_files = query.replace("text dueLesson", "files { url } text dueLesson")
    with_files = with_files.replace("{ text comment }", "{ text comment files { url } }")
    more = ["files_of_homework_statuss", "files_of_homeworks"]
    assert await statements(store, parent(demo), with_files, **week) == sorted([*seen, *more])


LESSONS = """
  date today tomorrow lessons { slot startsAt endsAt room location { name } status topic
    subject { name } course { title } teacher { displayName }
    replacement { change date startsAt room teacher { displayName } }
    replaces { subject { name } } replacedBy { subject { name } } joinedTo { room } }
"""


def but_for_who_was_replaced(seen: list[str]) -> list[str]:
    """Without one more statement where some lesson of the week was another teacher's; and the one
    for a teacher whose week it is."""
    assert seen.count("teachers_by_id") <= 2
    return [each for each in seen if each != "teachers_by_id"]


async def test_a_week_of_a_timetable_costs_three_statements_and_who_is_free_one_more(
    store: Store, demo: Demo
) -> None:
    week = {"from": str(TODAY), "to": str(TODAY + timedelta(7))}
    of_week = "timetable(from: $from, to: $to)"
    own = "query ($from: Date!, $to: Date!) {{ viewer {{ {0} {{ {1} {{ {2} }} }} }} }}"
    replaced = ["lessons_in_place", "replacements_of_lessons"]
    query = own.format("teacher", of_week, LESSONS)
    seen = but_for_who_was_replaced(await statements(store, teacher(demo), query, **week))
    assert seen == [*replaced, "timetables_of_teachers"]
    query = own.format("children", of_week, LESSONS)
    seen = but_for_who_was_replaced(await statements(store, parent(demo), query, **week))
    assert seen == [*replaced, "students_by_id", "timetables_of_students"]
    for noun, table in (("ClassGroup", "class_group"), ("Room", "room")):
        query = f"""query ($id: ID!, $from: Date!, $to: Date!) {{ node(id: $id) {{
          ... on {noun} {{ {of_week} {{ {LESSONS} }} }} }} }}"""
        id_ = await _one(store, noun, table)
        seen = await statements(store, head(demo), query, id=id_, **week)
        seen = but_for_who_was_replaced(seen)
        assert seen == sorted([*replaced, f"{table}s_by_id", f"timetables_of_{table}s"])
    query = f"""query ($id: ID!, $from: Date!, $to: Date!) {{ node(id: $id) {{ ... on Teacher {{
      {of_week} {{ lessons {{ slot freeRooms {{ name }} freeTeachers {{ lessonsOnDay
        teacher {{ displayName }} }} }} }} }} }} }}"""
    id_ = await _one(store, "Teacher", "teacher")
    assert await statements(store, head(demo), query, id=id_, **week) == [
        "rooms_free_at_lessons",
        "teachers_by_id",
        "teachers_by_id",
        "teachers_free_at_lessons",
        "timetables_of_teachers",
    ]


async def test_the_table_of_who_did_what_and_a_classes_load_cost_a_statement_each(
    store: Store, demo: Demo
) -> None:
    query = """
      query ($id: ID!, $group: ID!, $from: Date!, $to: Date!) {
        course(id: $id) { journal(from: $from, to: $to) { lessons { homeworkNone homework {
          text statuses { state student { displayName } status { text } } } } } }
        node(id: $group) { ... on ClassGroup {
          homeworkDue(from: $from, to: $to) { date minutes limit homework { text } } } } }
    """
    ids = {"id": await _one(store, "Course", "course")}
    ids["group"] = await _one(store, "ClassGroup", "class_group")
    assert await statements(store, head(demo), query, **ids, **MONTH) == [
        "class_groups_by_id",
        "courses_by_id",
        "homework_due_in_class_groups",
        "homework_of_lessons",
        "homework_statuses_by_id",
        "homeworks_by_id",
        "lessons_of_courses",
        "students_by_id",
        "students_of_homework",
    ]


async def test_a_heads_view_of_the_school_costs_one_statement_a_list_and_a_count(
    store: Store, demo: Demo
) -> None:
    query = """
      { school { name periods { name } subjects { name }
          classGroups { totalCount edges { node { name classTeacher { displayName }
            students { displayName } courses { title subject { name } teachers { displayName } } }
      } } } }
    """
    assert await statements(store, head(demo), query) == [
        "class_groups_counted",
        "class_groups_page",
        "courses_of_class_groups",
        "feed_key",
        "periods_of_school",
        "schools_by_id",
        "students_of_class_groups",
        "subjects_of_school",
        "teachers_by_id",
        "teachers_of_courses",
    ]


YEARS = """
  { school { academicYears { name current periods { name } daysOff { name }
      classGroups { name academicYear { name } classTeacher { displayName }
        students { displayName } courses { title } }
      courses { title academicYear { name } subject { name } teachers { displayName }
        students { displayName years { name } } } } } }
"""


async def test_a_heads_view_of_all_years_costs_one_statement_a_list(
    store: Store, demo: Demo
) -> None:
    await ended(store)
    assert await statements(store, head(demo), YEARS) == [
        "academic_years_of_courses",
        "academic_years_of_students",
        "class_groups_of_academic_years",
        "courses_of_academic_years",
        "courses_of_class_groups",
        "days_off_of_academic_years",
        "periods_of_academic_years",
        "schools_by_id",
        "students_of_class_groups",
        "students_of_courses",
        "teachers_of_courses",
        "years_of_school",
    ]


REPORT = """
  query ($id: ID!, $year: ID!, $period: ID!) { student(id: $id) { displayName
    years { name current periods { name } } classGroups(year: $year) { name academicYear { name } }
    courses(year: $year) { title teachers { displayName } }
    averages(period: $period) { course { title } average { value } } grades(period: $period) {
      value weight workType { name } lesson { date subject { name } } } } }
"""


async def test_the_report_of_a_year_that_is_over_costs_as_many_statements_as_todays(
    store: Store, demo: Demo
) -> None:
    ids = {
        "id": await _one(store, "Student", "student JOIN enrolment e ON e.student_id = student.id"),
        "year": await _one(store, "AcademicYear", "academic_year"),
        "period": await _one(store, "Period", "period"),
    }
    today = await statements(store, head(demo), REPORT, **ids)
    assert today == [
        "academic_years_of_students",
        "class_groups_of_students",
        "courses_by_id",
        "courses_of_students",
        "grades_of_students_where",
        "periods_of_academic_years",
        "students_by_id",
        "teachers_of_courses",
    ]
    await ended(store)
    store.watchers.clear()
    assert await statements(store, head(demo), REPORT, **ids) == today


CARD = """
  query ($id: ID!, $year: ID!) { student(id: $id) { displayName reportCard(year: $year) {
    totals { average gpa }
    rows { course { title subject { name } gradeScale { name } } results { periodName average
      proposal value notAttested contributions { value weight contribution exact counts whyNot }
      grade { state because } yearParts { share } forecast { likely }
      needed(target: "5") { lists { marks { value weight } } }
      whatIf(grades: [{value: "5"}]) { average proposal } } } } } }
"""
CARDS = """
  query ($id: ID!, $year: ID!, $period: ID!) { node(id: $id) { ... on ClassGroup {
    students { reportCard(year: $year) { totals { gpa } rows { results { average value } } } }
    figures(period: $period) { course { title } average quality distribution { mark count } }
    courses { results(period: $period) { student { displayName } result { average proposal } }
      toldFigures(period: $period) { average } } } } }
"""


BROUGHT = """
  query ($id: ID!, $year: ID!) { student(id: $id) { displayName reportCard(year: $year) {
    totals { average gpa }
    transferred { value elsewhere subject { name } course { title } period { name } }
    rows { course { title } subject { name } gradeScale { name } results { periodName average
      proposal value change grade { state because } } } } } }
"""


async def test_a_report_card_with_what_was_brought_from_elsewhere_costs_five_statements(
    store: Store, demo: Demo
) -> None:
    await store.pool.execute(
        "UPDATE period_grade SET elsewhere = 'School No. 5' WHERE id IN"
        " (SELECT DISTINCT ON (student_id) id FROM period_grade ORDER BY student_id, id)"
    )
    ids = {
        "id": await _one(store, "Student", "student JOIN enrolment e ON e.student_id = student.id"),
        "year": await _one(store, "AcademicYear", "academic_year"),
    }
    assert await statements(store, head(demo), BROUGHT, **ids) == [
        "period_grades_by_id",
        "period_grades_of_students",
        "results_of_students",
        "students_by_id",
        "subjects_by_id",
    ]


async def test_report_cards_of_one_and_of_a_whole_class_cost_few_statements(
    store: Store, demo: Demo
) -> None:
    ids = {
        "id": await _one(store, "Student", "student JOIN enrolment e ON e.student_id = student.id"),
        "year": await _one(store, "AcademicYear", "academic_year"),
    }
    assert await statements(store, head(demo), CARD, **ids) == [
        "period_grades_by_id",
        "results_of_students",
        "students_by_id",
    ]
    store.watchers.clear()
    ids |= {
        "id": await _one(store, "ClassGroup", "class_group"),
        "period": await _one(store, "Period", "period"),
    }
    assert await statements(store, head(demo), CARDS, **ids) == [
        "class_groups_by_id",
        "courses_of_class_groups",
        "results_of_class_groups",
        "results_of_courses",
        "results_of_students",
        "students_by_id",
        "students_of_class_groups",
    ]


async def ended(store: Store) -> None:
    """Let the year be over since yesterday."""
    yesterday = TODAY - timedelta(1)
    await store.pool.execute("UPDATE academic_year SET ends_on = $1", yesterday)


async def _one(store: Store, noun: str, tables: str) -> str:
    name = tables.split()[0]
    (row,) = await store.pool.fetch(
        f"SELECT {name}.school_id, {name}.id FROM {tables} ORDER BY 2 LIMIT 1"
    )
    return global_id.make(noun, row["school_id"], row["id"])


def login_of(demo: Demo, beginning: str) -> Any:
    return next(one.login for one in demo.accounts if one.login.startswith(beginning))


def parent(demo: Demo) -> str:
    return str(login_of(demo, "parent"))


def teacher(demo: Demo) -> str:
    return str(login_of(demo, "teacher"))


def head(demo: Demo) -> str:
    return str(login_of(demo, "head"))


FEED = """{ school { pageLevel feed(last: 20) { totalCount pageInfo { startCursor hasPreviousPage }
  edges { node { id html by postedAt version viewerMay page { id name kind theme }
    files { name url thumbnailUrl } reactions { reaction count mine }
    comments(last: 3) { edges { node { id text by writtenAt } } } } } } } }"""


async def test_the_feed_of_what_one_follows_costs_six_statements_and_one_to_count_it(
    store: Store,
) -> None:
    """Besides the key of cursors, which a process reads once."""
    login = await store.pool.fetchval(
        "SELECT login FROM page_follow JOIN account ON account.id = account_id WHERE school_id = 1"
        " GROUP BY login ORDER BY count(*) DESC, login LIMIT 1"
    )
    seen = await statements(store, login, FEED.replace("totalCount ", ""))
    assert seen == [
        "comments_of_posts",
        "feed_key",
        "files_of_posts",
        "pages_by_id",
        "posts_of_feed",
        "reactions_of_posts",
        "schools_by_id",
    ]
    counted = await statements(store, login, FEED)
    assert counted == sorted([*seen, "posts_counted_of_feed"])
    here = global_id.make("School", 1, global_id.NIL)
    asked = document(DIARY / "pages.graphql", "Feed", "PostShown", "PageName", "Commented")
    assert await statements(store, login, asked, school=here, everything=False) == seen


SCREENS = {
    "conversations": """{ school { unreadMessages conversationDraft { text }
      conversations(last: 30) { totalCount pageInfo { startCursor } edges { node { id subject unread
        muted draft classGroup { name } course { title }
        people { name own starter readAt }
        lastMessage { id by own text sentAt hidden withdrawn viewerMay } } } } } }""",
    "Conversation": """query ($id: ID!) { node(id: $id) { ... on Conversation {
      subject answers draft unread viewerMay people { name own readAt }
      messages(last: 50) { pageInfo { startCursor } edges {
        node { id by own text sentAt viewerMay files { name url } } } } } } }""",
    "announcements": """{ school { announcements(last: 20) { pageInfo { startCursor } edges { node {
      id title text by publishedAt readAt version viewerMay classGroup { name } course { title }
      files { name url } } } } } }""",
    "SchoolEvent": """query ($id: ID!) { node(id: $id) { ... on SchoolEvent { title startsAt by
      viewerMay classGroup { name } answers { yes no maybe } ownReplies { student { id } answer }
      replies(last: 30) { totalCount
        edges { node { by answer student { displayName } } } } } } }""",
    "Survey": """query ($id: ID!) { node(id: $id) { ... on Survey { title by open answered viewerMay
      questions { text choices }
      results { answered questions { answered texts options { option count } } } } } }""",
    "Quiz": """query ($id: ID!) { node(id: $id) { ... on Quiz { title state viewerMay
      course { title } teacher { displayName } questions { text } tries { id number points
        student { displayName } grade { value } } results { points } } } }""",
    "Page": """query ($id: ID!) { node(id: $id) { ... on Page { name kind html theme followed
      viewerMay avatar { url } student { displayName } posts(last: 20) { totalCount edges { node {
        id html by viewerMay files { url } reactions { reaction count mine }
        comments(last: 3) { edges { node { id text by } } } } } } } } }""",
    "boards": "{ school { forumBoards { id name description viewerMay } } }",
    "ForumBoard": """query ($id: ID!) { node(id: $id) { ... on ForumBoard { name viewerMay
      pinned { id title } topics(last: 30) { totalCount edges { node { id title by writtenAt
        accepted { id } answers(last: 1) { totalCount } } } } } } }""",
    "ForumTopic": """query ($id: ID!) { node(id: $id) { ... on ForumTopic { title text by viewerMay
      board { name } accepted { id } moderation { state } answers(last: 50) { totalCount
        edges { node { id text by viewerMay moderation { state } } } } } } }""",
    "faq": "{ school { faq { id questionEn answerEn questionRu answerRu viewerMay } } }",
    "moderation": """{ school { moderation(last: 50, waiting: false) { totalCount edges { node {
      id record text author state reports viewerMay history { change by reason } } } } } }""",
    "notices": """{ viewer { unreadNotices notices(first: 50) { pageInfo { endCursor } edges {
      node { id text path at read student { displayName } course { title } } } } } }""",
    "words": """{ viewer { due: words(due: true, first: 50) { totalCount edges { node { word } } }
      words(first: 50) { totalCount edges { node { word meaning } } } } }""",
}
OF = {
    "Conversation": "conversation JOIN message m ON m.conversation_id = conversation.id",
    "SchoolEvent": "school_event JOIN event_reply r ON r.event_id = school_event.id",
    "Survey": "survey JOIN survey_tally t ON t.id = survey.id",
    "Quiz": "quiz JOIN quiz_try t ON t.quiz_id = quiz.id",
    "Page": "page JOIN post p ON p.page_id = page.id",
    "ForumBoard": "forum_board JOIN forum_topic t ON t.board_id = forum_board.id",
    "ForumTopic": "forum_topic JOIN forum_answer a ON a.topic_id = forum_topic.id",
}
"""Records that have something to show, with their tables."""
COSTS = {
    "conversations": (
        "conversations_counted_of_account conversations_of_account draft_of_account "
        "feed_key last_messages_of_conversations people_of_conversations "
        "places_of_conversations schools_by_id unread_of_account "
        "unread_of_conversations"
    ),
    "Conversation": (
        "conversations_by_id feed_key files_of_messages messages_of_conversations "
        "people_of_conversations places_of_conversations unread_of_conversations"
    ),
    "announcements": (
        "announcements_by_id_with_author announcements_of_school feed_key "
        "files_of_announcements readings_of_account schools_by_id"
    ),
    "SchoolEvent": (
        "answers_of_events feed_key replies_counted_of_events replies_of_events "
        "replies_of_viewer school_events_by_id school_events_by_id_with_author"
    ),
    "Survey": (
        "participations_of_viewer surveys_by_id surveys_by_id_with_author tallies_of_surveys"
    ),
    "Quiz": "counted_tries_of_quizzes quizs_by_id tries_of_quizzes",
    "Page": (
        "comments_of_posts feed_key files_of_pages files_of_posts follows_of_account "
        "pages_by_id posts_counted_of_pages posts_of_pages reactions_of_posts"
    ),
    "boards": "boards_of_school schools_by_id",
    "ForumBoard": (
        "answers_counted_of_topics answers_of_topics feed_key "
        "forum_answers_by_id_with_author forum_boards_by_id pinned_topics_of_boards "
        "topics_counted_of_boards topics_of_boards"
    ),
    "ForumTopic": (
        "answers_counted_of_topics answers_of_topics feed_key "
        "forum_answers_by_id_with_author forum_boards_by_id "
        "forum_topics_by_id_with_author moderation_cases_by_id_with_author "
        "moderation_cases_by_id_with_author"
    ),
    "faq": "faq_of_school schools_by_id",
    "moderation": (
        "cases_counted cases_of_school feed_key "
        "moderation_case_revisions_of_moderation_case schools_by_id "
        "texts_of_forum_topics"
    ),
    "notices": (
        "feed_key notices_of_viewer notices_read unread_notices_counted "
        "ways_of_account ways_of_account"
    ),
    "words": (
        "feed_key words_counted_of_account words_counted_of_account words_of_account "
        "words_of_account"
    ),
}
NAMED = {"class_groups_by_id", "courses_by_id", "students_by_id", "teachers_by_id"}
"""Of what a record names, which some do and some do not."""


async def test_each_screen_of_what_is_said_asked_and_shared_costs_few_statements(
    store: Store, demo: Demo
) -> None:
    login = head(demo)
    for table in ("conversation", "message"):
        await store.pool.execute(
            f"UPDATE {table} SET account_ids = account_ids || (SELECT id FROM account"
            " WHERE login = $1)", login,
        )  # fmt: skip
    await store.pool.execute(
        "INSERT INTO notice (school_id, id, kind, topic, change, ref, to_id, to_whom, student_id,"
        " course_id, cause, at, version) SELECT 1, id, 'MARK', 'GRADE', 'GIVEN', id, (SELECT id"
        " FROM account WHERE login = $1), 8, student_id, course_id, id, now(), 1 FROM grade"
        " WHERE school_id = 1 LIMIT 1", login,
    )  # fmt: skip
    for name, query in SCREENS.items():
        ids = {}
        if name in OF:
            here = f"{OF[name]} AND {snake(name)}.school_id = 1"
            ids["id"] = await _one(store, name, here)
        store.watchers.clear()
        seen = await statements(store, login, query, **ids)
        assert [each for each in seen if each not in NAMED] == COSTS[name].split(), name
