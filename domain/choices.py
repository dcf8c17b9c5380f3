"""Questions that are answered by choices, of quizzes and of surveys."""

from collections.abc import Sequence


def are_places(places: Sequence[int], of: Sequence[object]) -> bool:
    """Whether each is a place among these, from 0, and another than the rest."""
    return len(set(places)) == len(places) and all(0 <= each < len(of) for each in places)


def wrong_choice(chosen: Sequence[int], choices: Sequence[object], *, one: bool) -> str | None:
    """Why these are no answer to a question with such choices, of which `one` is chosen at most."""
    if not are_places(chosen, choices):
        return "A choice is a place among those of the question, from 0, and chosen once."
    return "Just one choice is an answer." if one and len(chosen) > 1 else None
