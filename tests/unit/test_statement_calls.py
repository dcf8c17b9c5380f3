"""A misspelt parameter of a statement fails `make check`."""

from pathlib import Path

import pytest

from tests.checks import statements

CALL = """
from db.writing.feed import receipt_by_key


async def read(reader):
    await reader.first(receipt_by_key, school=1, account=2, {0})
"""


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ("new_key='a'", []),
        ("**more", []),
        ("new_kye='a'", ["has no parameter new_kye", "needs the parameter new_key"]),
        ("new_kye='a', **more", ["has no parameter new_kye"]),
    ],
)
def test_a_call_names_the_parameters_of_its_statement(
    given: str, wrong: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a_module_that_reads.py"
    path.write_text(CALL.replace("{0}", given).replace("read(reader)", "read(reader, more)"))
    monkeypatch.setattr(statements, "ROOT", tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(__import__("sys").modules, "a_module_that_reads", raising=False)
    found = statements.wrong_calls([path])
    assert found == [f"a_module_that_reads.py:6: receipt_by_key {each}" for each in wrong]
