"""What `gradebook explain` tells of an operation."""

from pathlib import Path

from typer.testing import CliRunner

from gateway.command import app

QUERIES = Path(__file__).parents[2] / "gateway/graphiql/source/queries"
JOURNAL = """
query Journal($id: ID!, $from: Date!, $to: Date!) { course(id: $id) { title
  journal(from: $from, to: $to) { rows { grades { value lesson { date } workType { name } } } } } }
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


def test_no_column_is_read_that_nobody_asked_for(tmp_path: Path) -> None:
    (file := tmp_path / "journal.graphql").write_text(JOURNAL)
    told = explained(file, "--variables", VARIABLES)
    (select,) = (line for line in told.splitlines() if "SELECT grade." in line)
    assert "grade.value" in select
    assert "grade.comment" not in select


def test_every_prepared_query_can_be_explained() -> None:
    days = '{"from": "2026-01-01", "to": "2026-01-07"}'
    for file in sorted(QUERIES.glob("*.graphql")):
        assert "async def execute_" in explained(file, "--variables", days)


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
