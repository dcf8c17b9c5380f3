"""Replacements: what a lesson was before it was moved, replaced, joined or cancelled."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from domain.history import Step

REPLACING = (Step.MOVED, Step.REPLACED, Step.JOINED, Step.CANCELLED, Step.RESTORED)
"""The steps of a lesson's history by which it is, or is no longer, other than it was planned."""
WAS = (
    "day", "slot", "starts_at", "ends_at", "room", "room_id", "teacher_id", "joined_id",
)  # fmt: skip
"""The columns of a lesson that a replacement may change, besides its status."""
BEFORE = "_before"


class Lesson(Protocol):
    @property
    def status(self) -> str: ...
    def __getitem__(self, name: str) -> Any: ...


class LessonStep(Protocol):
    """A step of REPLACING, with the columns of WAS before it."""

    @property
    def change(self) -> str: ...
    def __getitem__(self, name: str) -> Any: ...


def planned(lesson: Lesson, steps: Sequence[LessonStep]) -> Mapping[str, Any]:
    """The lesson's columns as it was planned, of its steps in order."""
    first = next((each for each in steps if each.change != Step.RESTORED), None)
    if first is None or lesson.status == "PLANNED":
        return {name: lesson[name] for name in WAS}
    return {name: first[f"{name}{BEFORE}"] for name in WAS}


def status_of(lesson: Lesson, to: Mapping[str, Any], was: Mapping[str, Any]) -> str:
    """The lesson's status with the columns `to` changed: REPLACED, unless it is as it was planned;
    one that was held stays so."""
    if lesson.status not in ("PLANNED", "REPLACED"):
        return lesson.status
    now = {name: to.get(name, lesson[name]) for name in WAS}
    return "PLANNED" if now == dict(was) else "REPLACED"


def status_before(steps: Sequence[LessonStep]) -> str:
    """The status of a cancelled lesson before it was cancelled."""
    cancelled = [each for each in steps if each.change == Step.CANCELLED]
    return cancelled[-1][f"status{BEFORE}"] or "PLANNED" if cancelled else "PLANNED"
