"""The words that an account learns: added, changed, reviewed, removed."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from db.reading.dictionaries import words_counted_of_account
from db.store import Reader, Store
from db.writing import dictionaries as writing
from db.writing.profiles import account_to_keep_views
from domain.clock import now
from domain.ids import uuid7
from domain.names import check_language
from domain.refusals import UserErrorCode, refused
from domain.repetition import Progress, Recall
from resolvers.declarations.parsing import not_found, own_id, text_of, text_or_none
from resolvers.viewer import Viewer

Code = UserErrorCode
MOST = 5_000
LONGEST_WORD, LONGEST_MEANING = 200, 1_000
TEXTS = ("word", "meaning", "note", "language")
THERE = "This word is in your list already, with this meaning."


@dataclass(frozen=True, slots=True)
class Word:
    """What a word is to be."""

    word: str
    meaning: str
    note: str | None
    language: str | None

    def columns(self) -> dict[str, object]:
        """As they are stored; Refused where one is malformed."""
        language = None if self.language is None else language_of(self.language, "language")
        return {
            "new_word": text_of(self.word, LONGEST_WORD, "word"),
            "new_meaning": text_of(self.meaning, LONGEST_MEANING, "meaning"),
            "new_note": text_or_none(self.note, LONGEST_MEANING, "note"),
            "new_language": language,
        }


def language_of(tag: str, *path: str) -> str:
    """The language by BCP 47, as it is stored; Refused where it is none."""
    try:
        return check_language(tag)
    except ValueError as error:
        raise refused(Code.BAD_INPUT, f"{error}.", *path) from None


def today_of(viewer: Viewer) -> date:
    """The day in the first of the viewer's schools; in UTC where there is none."""
    schools = sorted(viewer.schools.items())
    return schools[0][1].today if schools else now().date()


async def add(store: Store, viewer: Viewer, word: Word, id_: str | None) -> Any:
    """The new word, which is due at once; the same again for its own id."""
    values, account = word.columns(), viewer.account.id
    named = uuid7() if id_ is None else own_id(id_, "id")
    progress = _columns(Progress(), today_of(viewer), None)
    async with store.transaction() as transaction:
        await transaction.first(account_to_keep_views, account=account)
        there: Any = await transaction.first(writing.word_to_change, account=account, ref=named)
        if there is not None:
            if all(getattr(there, name) == values[f"new_{name}"] for name in TEXTS):
                return there
            raise refused(Code.CONFLICT, "This id is in use: give the word another.", "id")
        counted: Any = await transaction.first(words_counted_of_account, account=account)
        if counted.total >= MOST:
            raise refused(Code.TOO_MANY, f"A list has at most {MOST} words.", "word")
        made = await transaction.first(
            writing.add_word, account=account, ref=named, **values, **progress
        )
        if made is None:
            raise refused(Code.ALREADY_THERE, THERE, "word")
    return made


async def change(store: Store, viewer: Viewer, id_: UUID, expected: int, word: Word) -> Any:
    """How well it is known stays as it is."""
    values = word.columns()
    async with store.transaction() as transaction:
        kept = await _held(transaction, viewer, id_, expected)
        progress = _columns(_progress_of(kept), kept.due_on, kept.reviewed_at)
        return await _write(transaction, kept, values | progress)


async def review(store: Store, viewer: Viewer, id_: UUID, expected: int, recall: Recall) -> Any:
    """Note how well the word was recalled, from which follows when it is due again."""
    async with store.transaction() as transaction:
        kept = await _held(transaction, viewer, id_, expected)
        progress = _progress_of(kept).after(recall)
        values = {f"new_{name}": getattr(kept, name) for name in TEXTS}
        values |= _columns(progress, progress.due_on(today_of(viewer)), now())
        return await _write(transaction, kept, values)


async def remove(store: Store, viewer: Viewer, id_: UUID) -> None:
    if await store.first(writing.remove_word, account=viewer.account.id, ref=id_) is None:
        raise not_found("word", "id")


async def _held(transaction: Reader, viewer: Viewer, id_: UUID, expected: int) -> Any:
    account = viewer.account.id
    await transaction.first(account_to_keep_views, account=account)
    kept: Any = await transaction.first(writing.word_to_change, account=account, ref=id_)
    if kept is None:
        raise not_found("word", "id")
    if kept.version != expected:
        message = f"The word has version {kept.version}: read it again."
        raise refused(Code.CONFLICT, message, "expectedVersion", current=kept)
    return kept


async def _write(transaction: Reader, kept: Any, values: dict[str, object]) -> Any:
    changed = await transaction.first(
        writing.change_word,
        account=kept.account_id,
        ref=kept.id,
        expected=kept.version,
        **values,
    )
    if changed is None:
        raise refused(Code.ALREADY_THERE, THERE, "word")
    return changed


def _progress_of(kept: Any) -> Progress:
    return Progress(kept.repetitions, kept.interval, kept.easiness)


def _columns(progress: Progress, due_on: date, reviewed_at: datetime | None) -> dict[str, object]:
    return {
        "new_repetitions": progress.repetitions,
        "new_interval": progress.interval,
        "new_easiness": progress.easiness,
        "new_due_on": due_on,
        "new_reviewed_at": reviewed_at,
    }
