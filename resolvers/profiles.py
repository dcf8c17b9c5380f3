"""The views that an account keeps: saved, put in order, removed."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from db.reading.profiles import profiles_of_account
from db.store import Reader, Store
from db.writing import profiles as writing
from domain.ids import uuid7
from domain.refusals import UserErrorCode, refused
from domain.ties import TieName
from resolvers.declarations.inputs import record_id
from resolvers.declarations.parsing import not_found, text_of
from resolvers.viewer import Viewer

Code = UserErrorCode
MOST = 20
LONGEST_NAME = 60
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}")


@dataclass(frozen=True, slots=True)
class View:
    """What a view is to hold. `id` is None of a new one; `place` counts from 0."""

    id: str | None
    name: str
    student: str | None
    language: str | None
    place: int | None
    school: str | None = None


async def save(store: Store, viewer: Viewer, view: View) -> None:
    """Save a view; raises `Refused`, and then nothing is changed."""
    name = text_of(view.name, LONGEST_NAME, "name")
    school_id, student_id = _child(viewer, view.student)
    if view.school is not None:
        school_id = _school(viewer, view.school, school_id)
    if view.language is not None and not LANGUAGE.fullmatch(view.language):
        raise refused(Code.BAD_INPUT, "This is no language by BCP 47, such as en.", "language")
    async with store.transaction() as transaction:
        kept = await _held(transaction, viewer)
        id_ = _id_of(view.id, kept) if view.id is not None else uuid7()
        others = [each for each in kept if each.id != id_]
        if view.id is None and len(kept) >= MOST:
            raise refused(Code.TOO_MANY, f"An account keeps at most {MOST} views.", "name")
        if any(each.name == name for each in others):
            raise refused(Code.ALREADY_THERE, "Another of your views has this name.", "name")
        stood = next((place for place, each in enumerate(kept) if each.id == id_), len(others))
        place = stood if view.place is None else max(0, min(view.place, len(others)))
        values = {
            "new_name": name,
            "new_child_school": school_id,
            "new_student_id": student_id,
            "new_language": view.language,
        }
        write = writing.add_profile if view.id is None else writing.change_profile
        account = viewer.account.id
        await transaction.run(write, account=account, ref=id_, new_position=place, **values)
        for position, each in enumerate(others):
            await _put(transaction, each, position + (position >= place))


async def remove(store: Store, viewer: Viewer, id_: str) -> None:
    async with store.transaction() as transaction:
        kept = await _held(transaction, viewer)
        gone = _id_of(id_, kept)
        await transaction.run(writing.remove_profile, account=viewer.account.id, ref=gone)
        for position, each in enumerate(each for each in kept if each.id != gone):
            await _put(transaction, each, position)


async def _held(transaction: Reader, viewer: Viewer) -> list[Any]:
    account = viewer.account.id
    await transaction.first(writing.account_to_keep_views, account=account)
    return list(await transaction.fetch(profiles_of_account, account=account))


async def _put(transaction: Reader, kept: Any, position: int) -> None:
    if kept.position != position:
        await transaction.run(
            writing.change_profile,
            account=kept.account_id,
            ref=kept.id,
            new_position=position,
            new_name=kept.name,
            new_child_school=kept.child_school,
            new_student_id=kept.student_id,
            new_language=kept.language,
        )


def _id_of(text: str, kept: list[Any]) -> UUID:
    for each in kept:
        if str(each.id) == text:
            id_: UUID = each.id
            return id_
    raise not_found("view", "id")


def _child(viewer: Viewer, student: str | None) -> tuple[int | None, UUID | None]:
    """A child of the viewer's, or the student whom they are."""
    if student is None:
        return None, None
    school_id, id_ = record_id(student, "Student", "student")
    rights = viewer.schools.get(school_id)
    if rights is None or id_ not in rights[TieName.CHILD] | rights[TieName.STUDENT]:
        raise not_found("student", "student")
    return school_id, id_


def _school(viewer: Viewer, school: str, of_child: int | None) -> int:
    """A school of the viewer's, and the child's where there is one."""
    school_id, _ = record_id(school, "School", "school")
    if school_id not in viewer.schools:
        raise not_found("school", "school")
    if of_child not in (None, school_id):
        raise refused(Code.BAD_INPUT, "The student is in another school.", "school")
    return school_id
