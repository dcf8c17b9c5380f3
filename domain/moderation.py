"""Moderation of what people write to one another: how it stands, and which words are held back."""

from collections.abc import Iterable
from datetime import date

from domain.enums import DescribedEnum
from domain.names import words


class ModerationState(DescribedEnum):
    """How something written stands with the moderators, who are the head and the deputies."""

    OPEN = "OPEN", "It was reported, and nobody has decided yet."
    HELD = (
        "HELD",
        "It has words of the school's list, and waits for a moderator; others do not see its text.",
    )
    HIDDEN = "HIDDEN", "It was hidden: others do not see its text."
    WARNED = "WARNED", "Its author was warned; others see its text."
    CLEARED = "CLEARED", "It was found to be in order; others see its text."
    APPEALED = "APPEALED", "Its author has appealed, and nobody has decided yet."
    UPHELD = "UPHELD", "An appeal was refused: what was decided stands."


class Activity(DescribedEnum):
    """In what people of a school take part: where they write to one another, what they answer."""

    FORUM = "FORUM", "The forum of the school."
    MESSAGES = "MESSAGES", "Messages in conversations."
    POSTS = "POSTS", "Posts and comments on pages."
    SURVEYS = "SURVEYS", "Surveys that are asked of students."
    QUIZZES = "QUIZZES", "Quizzes: none is begun, and one that is under way is ended."


WAITING = frozenset({ModerationState.OPEN, ModerationState.HELD, ModerationState.APPEALED})
"""What waits for a moderator."""
APPEALABLE = frozenset({ModerationState.HELD, ModerationState.HIDDEN, ModerationState.WARNED})
LONGEST_WORD, MOST_WORDS = 60, 500
USUAL_GUARDED_AGE, OLDEST_GUARDED = 14, 18


def listed(given: Iterable[str]) -> list[str]:
    """The school's list, each word once and in comparable form; one that ends with * stands for all
    words that begin so. ValueError for what is no word."""
    found: list[str] = []
    for text in given:
        parts = words(text[: LONGEST_WORD + 1])
        if len(parts) != 1 or len(text.strip()) > LONGEST_WORD:
            raise ValueError(f"{text[:40]!r} is not one word")
        found.append(parts[0] + ("*" if text.strip().endswith("*") else ""))
    if len(found) > MOST_WORDS:
        raise ValueError(f"A list has at most {MOST_WORDS} words")
    return list(dict.fromkeys(found))


def has_word(of_list: Iterable[str], *texts: str | None) -> bool:
    """Whether one of the words of a list is in the texts, whose capitals and accents do not
    count."""
    whole = " ".join(text or "" for text in texts)
    written = frozenset(words(whole, len(whole), len(whole)))
    for word in of_list:
        if word in written:
            return True
        if word.endswith("*") and any(each.startswith(word[:-1]) for each in written):
            return True
    return False


def guarded_since(today: date, age: int) -> date:
    """Who was born later than that day is under the age, of years, today."""
    try:
        return today.replace(year=today.year - age)
    except ValueError:  # the 29th of February
        return date(today.year - age, 2, 28)
