"""What `gradebook explain` tells of an operation, and of a noun."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from graphql import GraphQLError, build_schema, parse
from typer.testing import CliRunner

from domain import clock
from gateway.command import app
from gateway.command.samples import samples
from resolvers import global_id
from resolvers.declarations.noun import NOUNS
from schema.build import schema
from tests.bench.operations import DIARY

QUERIES = Path(__file__).parents[2] / "gateway/graphiql/source/queries"
JOURNAL = """
query Journal($id: ID!, $from: Date!, $to: Date!) { course(id: $id) { title
  journal(from: $from, to: $to) { rows { grades { value lesson { date } workType { name } } } } } }
"""
AVERAGES = """
query Averages($id: ID!, $from: Date!, $to: Date!) { course(id: $id) { title
  journal(from: $from, to: $to) { rows { average { %s } } } } }
"""
VARIABLES = '{"id": "-", "from": "2026-01-01", "to": "2026-03-31"}'


def explained(path: Path, *options: str) -> str:
    result = CliRunner().invoke(app, ["explain", str(path), *options])
    assert result.exit_code == 0, result.output
    return result.output


def test_an_operation_is_explained_by_its_levels_statements_audiences_and_function(
    tmp_path: Path,
) -> None:
    (file := tmp_path / "journal.graphql").write_text(JOURNAL)
    told = explained(file, "--variables", VARIABLES)
    levels = [line for line in told.splitlines() if line.startswith("# Level")]
    assert levels == ["# Level 1", "# Level 2", "# Level 3"]
    assert "GradesByCourse, for JournalRow.grades:" in told
    assert "LEFT OUTER JOIN work_type" in told
    assert "LessonById" not in told
    assert "Course_1.journal: COURSE_TEACHER, CLASS_TEACHER, HEAD" in told
    assert "async def execute_Journal(run, root):" in told


def test_what_is_kept_is_explained_with_what_drops_it_whose_it_is_and_what_a_class_shares(
    tmp_path: Path,
) -> None:
    (file := tmp_path / "diary.graphql").write_text(DIARY)
    told = explained(file)
    assert "homework: a record that names one of the keys of HomeworkByLesson" in told
    assert "STUDENT or CHILD, COURSE_OF_SELF or COURSE_OF_CHILD." in told
    (part,) = (line for line in told.splitlines() if line.startswith("Its parts"))
    assert part == (
        "Its parts Lesson.homework are rendered once for each Lesson, and spliced into the answers"
        " of whoever may know of the same of its records."
    )
    file.write_text(DIARY.replace("text }", "text viewerMay }"))
    assert "Its parts" not in explained(file)  # what the viewer may do is theirs


def test_no_column_is_read_that_nobody_asked_for(tmp_path: Path) -> None:
    (file := tmp_path / "journal.graphql").write_text(JOURNAL)
    told = explained(file, "--variables", VARIABLES)
    (select,) = (line for line in told.splitlines() if "SELECT grade." in line)
    assert "grade.value" in select
    assert "grade.comment" not in select
    for asked, read in (("value", False), ("value contributions { share }", True)):
        file.write_text(AVERAGES % asked)
        told = explained(file, "--variables", VARIABLES)
        (select,) = (line for line in told.splitlines() if "SELECT grade." in line)
        assert "grade.number" in select
        assert [name in select for name in ("grade.id,", "grade.value,")] == [read, read], asked


@pytest.mark.parametrize("file", sorted(QUERIES.glob("*.graphql")), ids=lambda file: file.stem)
def test_every_prepared_query_can_be_explained_as_it_stands(file: Path) -> None:
    assert "async def execute_" in explained(file)


def test_samples_are_of_the_types_of_the_variables_and_of_this_week(tmp_path: Path) -> None:
    (file := tmp_path / "journal.graphql").write_text(JOURNAL)
    told = explained(file, "--variables", '{"to": "2026-03-31"}')
    taken = json.loads(told.splitlines()[0].removeprefix("# Samples of variables: "))
    today = clock.today("UTC")
    assert global_id.read(taken.pop("id"))[:2] == ("Course", 1)
    assert taken == {"from": str(today - timedelta(days=today.weekday()))}
    assert "# Samples" not in explained(file, "--variables", VARIABLES)


MUTATION = """
mutation Give($input: GiveGradeInput!, $ids: [ID!]!, $states: [WebhookDeliveryState!]!) {
  giveGrade(input: $input) { grade { id } }
  changeWebhook(input: {id: "-", expectedVersion: 1}) {
    webhook { deliveries(states: $states) { pageInfo { hasNextPage } } }
  }
}
"""


def test_samples_are_found_for_inputs_lists_and_enums_too(tmp_path: Path) -> None:
    found = samples(schema._schema, parse(MUTATION), "Give", {})
    assert [global_id.read(one)[0] for one in found["ids"]] == ["Student"]
    assert found["states"] == ["DELIVERED"]
    assert {name: global_id.read(id_)[0] for name, id_ in found["input"].items()} == {
        "student": "Student",
        "lesson": "Lesson",
        "workType": "WorkType",
    }
    (file := tmp_path / "give.graphql").write_text(MUTATION.replace(", $ids: [ID!]!", ""))
    assert "async def execute_Give" in explained(file)


def test_a_type_without_samples_is_named_with_what_to_give() -> None:
    odd = build_schema("scalar Colour type Query { paint(colour: Colour!): Int }")
    document = parse("query ($colour: Colour!) { paint(colour: $colour) }")
    with pytest.raises(GraphQLError) as caught:
        samples(odd, document, None, {})
    assert caught.value.message == (
        "There is no sample for $colour, as Colour is a type of its own: give one with"
        " --variables '{\"colour\": …}'."
    )
    assert samples(odd, document, None, {"colour": "red"}) == {}


def test_what_graphql_core_executes_is_said_to_be(tmp_path: Path) -> None:
    (file := tmp_path / "types.graphql").write_text("{ __schema { queryType { name } } }")
    result = CliRunner().invoke(app, ["explain", str(file)])
    assert result.exit_code == 1
    assert "graphql-core executes this operation" in result.output


def test_a_document_that_is_not_valid_is_refused_in_its_own_words(tmp_path: Path) -> None:
    (file := tmp_path / "wrong.graphql").write_text("{ nothing }")
    result = CliRunner().invoke(app, ["explain", str(file)])
    assert result.exit_code == 1
    assert "Cannot query field 'nothing' on type 'Query'." in result.output


def test_variables_that_are_no_object_are_told_in_one_line(tmp_path: Path) -> None:
    (file := tmp_path / "journal.graphql").write_text(JOURNAL)
    result = CliRunner().invoke(app, ["explain", str(file), "--variables", "[1]"])
    assert result.exit_code == 1
    assert "The variables are a JSON object." in result.output


def test_of_a_noun_it_tells_what_follows_from_its_declaration() -> None:
    told = explained(Path("Remark"))
    for line in (
        "Declared in resolvers.remarks; its table is db.tables.remarks.Remark.",
        "Visible to SELF, GUARDIAN, COURSE_TEACHER, CLASS_TEACHER, HEAD, AUTHOR, DEPUTY_HEAD.",
        "GUARDIAN: to whom the id in student_id is tied as CHILD",
        "Once withdrawn, nobody reads text.",
        "A locked period closes it by its day.",
        "Topic REMARK, of the feed and for webhooks; type RemarkChange.",
        "remarkChanged, diaryChanged and changes tell of it.",
        "Recipients: AUTHOR, by author_id.",
        "remark_update(",
        "withdrawRemark: BAD_INPUT, NOT_FOUND, FORBIDDEN, CONFLICT",
    ):
        assert line in told
    assert "Declared in resolvers.remarks" in explained(Path("RemarkRevision"))


@pytest.mark.parametrize("noun", NOUNS)
def test_every_noun_is_explained(noun: str) -> None:
    told = explained(Path(noun))
    assert "# Statements" in told
    assert "nobody reads ." not in told


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("remrak", "There is no file and no noun remrak. Did you mean Remark?"),
        ("Homeworks", "There is no file and no noun Homeworks. Did you mean Homework?"),
        ("xyzzy", "There is no file and no noun xyzzy. Nouns are AbsenceNotice, "),
        ("remarks.graphql", "There is no file remarks.graphql."),
        ("./remarks", "There is no file ./remarks."),
    ],
)
def test_an_unknown_name_is_said_to_be_with_the_nearest_one(asked: str, answer: str) -> None:
    result = CliRunner().invoke(app, ["explain", asked])
    assert result.exit_code == 1
    assert answer in result.output
