"""Documents: prepared once, and held to the limits."""

import pytest

from gateway.documents import BYTES_A_TOKEN, NEW, Documents, Limits
from gateway.errors import OperationError, shown
from tests.gateway import toy

SCHEMA = toy.schema()


def documents(**limits: int) -> Documents:
    return Documents(SCHEMA, Limits(**limits))


def refusal(documents: Documents, text: str, **variables: object) -> tuple[str, str]:
    with pytest.raises(OperationError) as caught:
        documents.check(documents.get(text), None, variables)
    (error,) = shown(caught.value.errors)
    return error["extensions"]["code"], error["message"]


def cost(text: str, **variables: object) -> int:
    code, message = refusal(documents(cost=0), text, **variables)
    assert code == "LIMIT_EXCEEDED"
    return int(message.removeprefix("The operation's cost is ").split(";")[0])


def test_a_text_is_prepared_once() -> None:
    prepared = documents()
    assert prepared.get("{ viewer }") is prepared.get("{ viewer }")
    assert prepared.get("{ viewer }") is not prepared.get("{viewer}")


SIZE = len("{ a0: viewer }") + 7 * BYTES_A_TOKEN
"""Of a document of seven tokens, its beginning and its end among them."""


def test_the_cache_forgets_what_was_used_least_lately() -> None:
    prepared = documents(cache_bytes=NEW * SIZE)
    kept = {}
    for text in [f"{{ a{n}: viewer }}" for n in range(NEW)]:
        prepared.get(text)
        kept[text] = prepared.get(text)
    first, second, *_, last = kept
    assert prepared.old.keys() == kept.keys() - {first}
    assert prepared.get(last) is kept[last]
    assert prepared.get(first) is not kept[first]
    prepared.get(first)
    assert prepared.old.keys() == kept.keys() - {second}
    assert prepared.old.bytes == sum(one.size for _, one in prepared.old.items())
    assert prepared.old.bytes + prepared.new.bytes <= NEW * SIZE


def test_what_comes_once_does_not_drive_out_what_comes_often() -> None:
    forgotten: list[object] = []
    prepared = Documents(SCHEMA, Limits(cache_bytes=NEW * SIZE), forgotten.append)
    prepared.get("{ viewer }")
    often = prepared.get("{ viewer }")
    once = [prepared.get(f"{{ b{n:02}:viewer }}").node for n in range(20)]
    assert prepared.get("{ viewer }") is often
    assert forgotten == once[:-1]


def test_a_document_that_is_not_valid_is_not_kept() -> None:
    prepared = documents()
    assert refusal(prepared, "{ nothing }")[0] == "BAD_INPUT"
    assert refusal(prepared, "{")[0] == "BAD_INPUT"
    assert refusal(prepared, "{ viewer viewer: address }")[0] == "BAD_INPUT"
    assert not prepared.new
    assert not prepared.old


@pytest.mark.parametrize("written", ["\\u0000", "\\u{0}", "\\u{000}"])
def test_a_string_that_postgresql_cannot_hold_is_bad_input(written: str) -> None:
    text = f'{{ book {{ shelf(first: 1) {{ title @include(if: "a{written}b") }} }} }}'
    said = ("BAD_INPUT", "A string of the document contains the character U+0000.")
    assert refusal(documents(), text) == said


def test_tokens_are_limited() -> None:
    assert refusal(documents(tokens=3), "{ viewer address }") == (
        "LIMIT_EXCEEDED",
        "Syntax Error: Document contains more than 3 tokens. Parsing aborted.",
    )


def test_depth_is_limited_as_written_and_through_fragments() -> None:
    said = ("LIMIT_EXCEEDED", "The operation's depth is 4; the limit is 3.")
    assert refusal(documents(depth=3), "{ book { shelf { shelf { title } } } }") == said
    hidden = (
        "{ book { ...A } } fragment A on Book { shelf { ...B } }"
        " fragment B on Book { shelf { title } }"
    )
    assert refusal(documents(depth=3), hidden) == said


@pytest.mark.parametrize("levels", [400, 1_600])
def test_absurd_nesting_is_one_clear_error(levels: int) -> None:
    text = "{ book " + "{ shelf " * levels + "{ title }" + "}" * (levels + 1)
    assert refusal(documents(tokens=10_000), text)[0] == "LIMIT_EXCEEDED"


def test_an_absurd_chain_of_fragments_is_one_clear_error() -> None:
    chain = " ".join(f"fragment F{n} on Book {{ shelf {{ ...F{n + 1} }} }}" for n in range(900))
    text = f"{{ book {{ ...F0 }} }} {chain} fragment F900 on Book {{ title }}"
    assert refusal(documents(tokens=20_000), text) == (
        "LIMIT_EXCEEDED",
        "The document is too complex. Validation aborted.",
    )


def test_aliases_are_limited() -> None:
    said = "The operation's number of aliases is 2; the limit is 1."
    assert refusal(documents(aliases=1), "{ a: viewer b: viewer }") == ("LIMIT_EXCEEDED", said)


def test_a_fragment_that_spreads_itself_is_bad_input() -> None:
    text = "{ book { ...A } } fragment A on Book { shelf { ...A } }"
    assert refusal(documents(), text)[0] == "BAD_INPUT"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{ viewer }", 1),
        ("{ viewer address book { title } }", 4),
        ("{ books { title } }", 11),
        ("{ books(first: 3) { title } }", 4),
        ("{ books(first: 3) { pages(first: 5) { title } } }", 19),
        ("{ books(first: -3) { title } }", 2),
        ("{ book { shelf(first: 4) { pages { title } } } }", 7),
        ("{ ... on Query { ...A } } fragment A on Query { books { title } }", 11),
        ("query ($n: Int = 7) { books(first: $n) { title } }", 8),
        ("query ($n: Int) { books(first: $n) { title } }", 11),
        ("{ __typename }", 1),
        ("{ __schema { queryType { name kind } } }", 4),
        ('{ __type(name: "Book") { name ofType { name ofType { name } } } }', 3),
    ],
)
def test_the_cost_counts_fields_and_multiplies_by_lists(text: str, expected: int) -> None:
    assert cost(text) == expected


def test_the_cost_reads_the_variables_afresh_for_each_request() -> None:
    prepared, text = documents(cost=50), "query ($n: Int) { books(first: $n) { title } }"
    prepared.check(prepared.get(text), None, {"n": 49})
    assert refusal(prepared, text, n=50) == (
        "LIMIT_EXCEEDED",
        "The operation's cost is 51; the limit is 50. What costs most is books.",
    )


def test_fragments_that_double_are_weighed_without_walking_them_all() -> None:
    doubled = " ".join(
        f"fragment F{n} on Book {{ a: shelf {{ ...F{n + 1} }} b: shelf {{ ...F{n + 1} }} }}"
        for n in range(60)
    )
    text = f"{{ book {{ ...F0 }} }} {doubled} fragment F60 on Book {{ title }}"
    assert refusal(documents(depth=100, aliases=200), text)[0] == "LIMIT_EXCEEDED"
