"""Questions that are answered by choices, of quizzes and of surveys."""

from collections.abc import Sequence


def are_places(places: Sequence[int], of: Sequence[object]) -> bool:
    """Whether the places are among these, counted from 0, and each is named once."""
    return len(set(places)) == len(places) and all(0 <= each < len(of) for each in places)


def wrong_choice(chosen: Sequence[int], choices: Sequence[object], *, one: bool) -> str | None:
    """Why what is chosen is no answer to a question with these choices; None if it is. At most
    one choice is an answer if `one`."""
    if not are_places(chosen, choices):
        return "A choice is a place among those of the question, from 0, and chosen once."
    return "Just one choice is an answer." if one and len(chosen) > 1 else None
