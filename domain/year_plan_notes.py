"""What the office has to see to before it opens a year, in the languages of documents."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Note:
    en: str
    ru: str

    def said(self, language: str) -> str:
        return self.ru if language == "ru" else self.en


def taken(name: str, first: date, last: date) -> Note:
    """That a year shares days with the planned one."""
    return Note(
        f"{name} is there already, from {first} to {last}.",
        f"{name} уже есть: с {_day(first)} по {_day(last)}.",
    )


def all_leave(level: int) -> Note:
    """That nobody goes on, as in a young school whose highest year is not its last yet."""
    return Note(
        f"Every class group leaves, as {level} is taken for the last year of school: say which is.",
        f"Выпускаются все классы: последним годом обучения считается {level}. "
        "Укажите, какой это год.",
    )


def leaves(name: str, day: date, led: Sequence[str], courses: int) -> Note:
    """That a teacher is not there any more, and what is without them."""
    parts = [f"{each} without them" for each in led]
    left = [f"класс {each} без руководителя" for each in led]
    if courses:
        parts.append(f"{courses} {'course' if courses == 1 else 'courses'} without them")
        left.append(f"курсов без учителя: {courses}")
    return Note(
        f"{name} leaves on {day}: {', '.join(parts)}.",
        f"{name}: последний день {_day(day)}; {', '.join(left)}.",
    )


def _day(day: date) -> str:
    return f"{day:%d.%m.%Y}"
