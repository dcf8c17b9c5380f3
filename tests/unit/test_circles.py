"""`make check` finds modules that import each other in a circle."""

from tests.checks.circles import circles, left_in


def test_a_circle_is_found_and_a_chain_is_none() -> None:
    assert left_in({"a": {"b"}, "b": {"c"}, "c": set()}) == {}
    aside = {"aside": {"a"}, "d": set()}
    assert left_in({"a": {"b"}, "b": {"a", "d"}, **aside}) == {"a": {"b"}, "b": {"a"}}
    assert left_in({"a": {"b"}, "b": {"c", "d"}, "c": {"a"}, **aside}) == {
        "a": {"b"}, "b": {"c"}, "c": {"a"},
    }  # fmt: skip


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert circles() == []
