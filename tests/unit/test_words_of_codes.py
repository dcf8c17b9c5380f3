"""The diary has words for the codes of errors, imports and the audit, in each of its languages."""

import re
from pathlib import Path

import pytest

import gateway.diary
import schema.build
from db.writing.merging import MOVES, hanging_on
from domain.audit import AuditKind, Sensitive
from domain.errors import Code
from domain.history import Step
from domain.oneroster import Saying
from domain.refusals import UserErrorCode
from resolvers.declarations.noun import NOUNS
from resolvers.merge_plans import noun_of

TEXTS = Path(gateway.diary.__file__).parent / "source" / "texts"
NAME = re.compile(r"\{(\w+)\}")


def catalogue(file: str, name: str) -> dict[str, str]:
    """The words of an object literal in a file of texts."""
    text = (TEXTS / file).read_text()
    begin = re.search(rf"\b{name}\b[^=\n]*(?:=|:) \{{\n", text)
    assert begin is not None, name
    body = text[begin.end() :].split("\n}")[0].split("\n  },")[0]
    return dict(re.findall(r'(\w+): "((?:[^"\\]|\\.)*)"', body))


def test_each_finding_of_an_import_has_a_sentence_with_values_that_are_told() -> None:
    russian = catalogue("findings.ts", "ru")
    assert sorted(russian) == sorted(Saying.__members__)
    for code, sentence in russian.items():
        told = set(NAME.findall(Saying[code].value))
        assert set(NAME.findall(sentence)) <= told, code


@pytest.mark.parametrize("language", ["en", "ru"])
def test_each_code_of_an_error_has_words(language: str) -> None:
    words = catalogue(f"{language}.ts", language)
    codes = {*Code.__members__, *UserErrorCode.__members__}
    assert {f"error_{code}" for code in codes} <= words.keys()


@pytest.mark.parametrize("language", ["en", "ru"])
def test_each_type_and_step_of_the_audit_has_a_word(language: str) -> None:
    assert schema.build.schema is not None
    text = (TEXTS / "audit.ts").read_text()
    blocks = re.split(r"\nconst \w+: Record<Language, Words> = ", text)[1:]
    words = [block.split(f"\n  {language}: {{")[1].split("\n  }")[0] for block in blocks]
    nouns, changes, parts = (dict(re.findall(r'(\w+): "([^"]+)"', each)) for each in words)
    counted = {noun_of(of.name) for model in MOVES for of, _ in hanging_on(model)}
    kept = {noun for noun in NOUNS if not noun.endswith("Revision") and noun != "AuditEntry"}
    assert kept <= nouns.keys(), kept - nouns.keys()
    assert counted <= nouns.keys(), counted - nouns.keys()
    steps = set(Step.__members__) | {"IMPORTED", "UNDONE", "REVOKED", "SIGNED_OUT"}
    assert steps <= changes.keys(), steps - changes.keys()
    assert set(Sensitive.__members__) <= parts.keys()
    assert not set(AuditKind.__members__) & changes.keys() - {"CHANGED"}
