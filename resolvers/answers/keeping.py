"""Kept answers: found again by what was asked, used after a look at what has changed since."""

import logging
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from sys import getsizeof
from uuid import UUID
from weakref import ReferenceType, ref

import orjson

from db.rows import column_names
from db.store import Store
from db.tables.accounts import Account
from domain import clock
from resolvers.answers.changes import Basis, Changes
from resolvers.answers.figures import Figures
from resolvers.answers.loads import KeptLoads
from resolvers.answers.looks import Looks
from resolvers.answers.parts import KeptParts, PartsOfRun
from resolvers.answers.recorder import Deciding, Recorder
from resolvers.answers.rows import KeptRows
from resolvers.answers.scopes import Scopes
from resolvers.feed.empty_pages import Moment
from resolvers.viewer import Rights, Viewer
from resolvers.viewers import viewers_of

Question = tuple[str, str | None, bytes, UUID | None]
"""A document, the name of its operation, its variables as JSON; and whose account asks, where the
answer is for it alone."""
FEWEST_CONNECTIONS = 4
MOST_ALIKE = 8
"""Answers to one question that are kept, for viewers with different rights."""
LARGEST_SHARE = 32
"""An answer that takes more than this part of all that may be kept is not kept."""
LOADS_OF_FIRST = 2
"""How many loads an answer takes that is kept when it is asked for the first time; one that takes
fewer is read so fast that it is kept from the second time on, unless another answer is kept that
begins with the same record: whoever opens a diary asks for the child too."""
MOST_ASKED_ONCE = 50_000
"""Questions, and records, of which it is remembered that they were asked for."""
MOST_KNOWN = 4
"""Rights of viewers that a kept answer remembers as equal, where they decide."""
BYTES_OF_ENTRY = 900
BYTES_OF_ID = 90
log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class Kept:
    """An answer, what decided it, and what it depends on."""

    written: bytes
    """The answer's data."""
    data: orjson.Fragment
    """The same, to be put into JSON."""
    size: int
    deciding: Deciding | None
    decided: object
    """What `deciding` is of those whose answer it is; all their rights if that is None."""
    basis: Basis
    known: list[ReferenceType[Rights]]
    """Rights by which it has been used, as long as a viewer has them."""
    until: datetime | None = None
    """When it changes by itself, if it does."""
    packed: bytes | None = None
    """The whole answer as it goes to clients that accept gzip, once one has asked."""
    dropped: bool = False
    account: tuple[object, ...] | None = None
    """The account of which it is made, of one that is made of it."""

    def is_for(self, viewer: Viewer, rights: Rights) -> bool:
        if self.account is not None and not (
            len(viewer.schools) == 1 and self.account == values_of(viewer.account)
        ):
            return False
        for each in self.known:
            if each() is rights:
                return True
        if self.decided != decided_by(rights, self.deciding):
            return False
        self.known = [ref(rights), *self.known[: MOST_KNOWN - 1]]
        return True


class KeptAnswer(dict[str, object]):
    """An answer that is kept, with which its compressed form may be kept."""

    __slots__ = ("_keeper", "_kept")

    def __init__(self, keeper: "KeptAnswers", kept: Kept) -> None:
        super().__init__(data=kept.data)
        self._keeper = keeper
        self._kept = kept

    @property
    def written(self) -> bytes:
        """Its data as JSON."""
        return self._kept.written

    @property
    def packed(self) -> bytes | None:
        return self._kept.packed

    def keep_packed(self, body: bytes) -> None:
        self._keeper.keep_packed(self._kept, body)


values_of = attrgetter(*column_names(Account))
"""What an account is made of: it is read anew when anything of it has changed."""


def question_of(query: str, name: str | None, variables: Mapping[str, object]) -> Question | None:
    """None if the variables are nested more deeply than orjson writes."""
    try:
        return query, name, orjson.dumps(variables, option=orjson.OPT_SORT_KEYS), None
    except TypeError:
        return None


def decided_by(rights: Rights, deciding: Deciding | None) -> object:
    return rights if deciding is None else deciding.of(rights)


def of_account(question: Question, viewer: Viewer) -> Question:
    return (*question[:-1], viewer.account.id)


@dataclass(slots=True)
class Asked:
    """One request that may be answered by what is kept, or whose answer may be kept.

    What it reads is newer than the look with the `number`; `looked` says that a look has begun
    after it came.
    """

    question: Question
    number: int
    generation: int
    needs_look: bool
    looked: bool = False
    found: bool = False
    """Whether it was answered by what was kept."""
    again: bool = False
    """Whether an answer was kept, which is for others or does not hold any more."""
    recorder: Recorder | None = None
    """Of what is read to answer it."""


class KeptAnswers:
    """Keeps whole answers of queries within `most_bytes`, those that were used last.

    An answer is used again for a viewer with equal rights after a look that has begun after the
    request came has found nothing that it depends on.
    """

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self.figures = Figures()
        self._kept: OrderedDict[Question, list[Kept]] = OrderedDict()
        self._documents: Counter[str] = Counter()
        """How many answers are kept to the operations of each document; its text is kept once."""
        self._of_accounts: Counter[str] = Counter()
        """The same of answers that are for one account alone."""
        self._changes: Changes
        self._looks: Looks | None = None
        self._scopes: Scopes
        self._parts: KeptParts
        self._loads: KeptLoads
        self.rows: KeptRows | None = None
        """Rows that whoever asks may read, while anything is kept."""
        self._generation = 0
        self._asked_once: set[int] = set()
        self._begun_with: set[int] = set()

    def open(self, store: Store) -> None:
        """Begin to keep what is read from the store, unless it has few connections: looks take one
        of their own."""
        if self.most_bytes and store.pool.get_max_size() >= FEWEST_CONNECTIONS:
            viewers = viewers_of(store)
            self._changes = Changes(viewers)
            self._looks = Looks(store, self._changes, self.figures)
            if self._looks.possible:
                viewers.look = self._looks.fresh
            self._scopes = Scopes(store, self._changes)
            self._parts = KeptParts(self._changes, self.figures, self.most_bytes)
            self._loads = KeptLoads(self._changes, self.figures, self.most_bytes)
            self.rows = KeptRows(store, self._looks, self._changes, self.figures, self.most_bytes)

    async def close(self) -> None:
        """Keep nothing any more."""
        self.rows = None
        if self._looks is not None:
            looks, self._looks = self._looks, None
            self._changes.viewers.look = None
            await looks.close()

    async def report(self) -> None:
        """Write the figures into the log, and drop rows that no look needs any more."""
        if self._looks is None:
            return
        if self.figures.looks:
            log.info("Kept answers: %s", self.figures)
        await self._looks.drop_old()

    def ask(self, question: Question | None) -> Asked | None:
        """Before the viewer is looked up who asks; None if nothing is kept of it at all."""
        if question is None or self._looks is None or not self._looks.possible:
            return None
        changes, query = self._changes, question[0]
        needs_look = (
            question in self._kept
            or query in self._of_accounts
            or self._parts.are_of(query)
            or not self._looks.begun
        )
        return Asked(question, changes.number, changes.generation, needs_look)

    def begin(self, asked: Asked) -> Recorder:
        """To be called before what was asked is read: the recorder of what it reads."""
        asked.recorder = Recorder()
        asked.recorder.parts = PartsOfRun(self._parts, asked.question[0], looked=asked.looked)
        asked.recorder.rows = self._loads.of_run(
            asked.question[0], looked=asked.looked, again=asked.again
        )
        return asked.recorder

    async def look(self, asked: Asked) -> None:
        """Look at what has changed, before the viewer is looked up: their rights may have."""
        if self._looks is not None:
            self._looked(asked, await self._looks.fresh())

    def _looked(self, asked: Asked, success: bool) -> None:
        asked.looked = success
        changes = self._changes
        if self._generation != changes.generation:
            self.forget()
        asked.number, asked.generation = changes.number, changes.generation

    def ask_soon(self, question: Question, answer: Callable[[Asked], object]) -> bool:
        """Have a look for what is asked, and then call `answer`, if anything is kept of it."""
        if question not in self._kept or (asked := self.ask(question)) is None:
            return False
        assert self._looks is not None

        def looked(success: bool) -> None:
            self._looked(asked, success)
            answer(asked)

        self._looks.when_fresh(looked)
        return True

    async def moment(self) -> Moment | None:
        """When a look began that is made now; None if it failed, or there are no looks."""
        if self._looks is None or not self._looks.possible or not await self._looks.fresh():
            return None
        changes = self._changes
        return Moment(changes.number, changes.generation, self._looks.settled)

    def is_quiet(self, schools: Iterable[int], since: Moment) -> bool:
        """Whether no look has found a change in the schools after that moment."""
        changes = self._changes
        return since.generation == changes.generation and changes.is_quiet(schools, since.number)

    def find(self, asked: Asked, viewer: object) -> KeptAnswer | None:
        """The kept answer for this viewer, if it still holds."""
        if not asked.looked or not isinstance(viewer, Viewer):
            return None
        question = asked.question
        if question[0] in self._of_accounts and question not in self._kept:
            question = of_account(question, viewer)
        for kept in self._kept.get(question, ()):
            asked.again = True
            rights = viewer.schools.get(kept.basis.school)
            if rights is not None and kept.is_for(viewer, rights):
                over = kept.until is not None and kept.until <= clock.now()
                if not over and self._changes.still_holds(kept.basis):
                    self._kept.move_to_end(question)
                    self.figures.hits += 1
                    asked.found = True
                    return KeptAnswer(self, kept)
                self.figures.drops += 1
                self._drop(question, kept)
                return None
        return None

    def find_for_session(self, asked: Asked, token_hash: bytes) -> KeptAnswer | None:
        """The same for the viewer of a session, if they are remembered and may ask for all."""
        viewer = self._changes.viewers.after_a_look(token_hash) if asked.looked else None
        if viewer is None or viewer.temporary or viewer.lacks_second_factor:
            return None
        return self.find(asked, viewer)

    def keep(self, asked: Asked, viewer: object, data: object) -> dict[str, object]:
        """Keep an answer without errors, if it is known what it depends on; returns the answer."""
        recorder = asked.recorder
        if recorder is None:
            return {"data": data}
        if asked.generation == self._changes.generation and not recorder.unknown:
            recorder.keep_parts(asked.number)
        question, own = asked.question, recorder.for_one_account
        if own and isinstance(viewer, Viewer):
            question = of_account(question, viewer)
        if self._waits(question, recorder):
            self.figures.unkept += 1
            return {"data": data}
        basis = recorder.basis(asked.number)
        if (
            basis is None
            or not isinstance(viewer, Viewer)
            or basis.school not in viewer.schools
            or (own and len(viewer.schools) > 1)
            or asked.generation != self._changes.generation
        ):
            self.figures.unkept += 1
            return {"data": data}
        written = orjson.dumps(data)
        ids = sum(map(len, basis.keyed.values()))
        size = len(written) + len(question[2]) + BYTES_OF_ENTRY + BYTES_OF_ID * ids
        found = orjson.Fragment(written)
        if (size + getsizeof(question[0])) * LARGEST_SHARE > self.most_bytes:
            self.figures.unkept += 1
            return {"data": found}
        self.figures.misses += 1
        self._scopes.narrow(basis, recorder)
        self._loads.made(question[0], again=asked.again)
        self._keep_rows(asked.number, recorder)
        rights, deciding = viewer.schools[basis.school], recorder.deciding
        decided = decided_by(rights, deciding)
        known, until = [ref(rights)], recorder.until
        kept = Kept(written, found, size, deciding, decided, basis, known, until)
        if own:
            kept.account = values_of(viewer.account)
        self._add(question, kept)
        return KeptAnswer(self, kept)

    def _keep_rows(self, number: int, recorder: Recorder) -> None:
        """Keep the rows of which an answer was made that is kept."""
        if recorder.rows is None:
            return
        for loaded, basis in recorder.rows.keep(number):
            if loaded.dependency.of_courses and loaded.keys == recorder.students:
                self._scopes.narrow(basis, recorder)

    def keep_packed(self, kept: Kept, body: bytes) -> None:
        """Keep the compressed form of an answer, which takes room as the answer does."""
        if kept.dropped or kept.packed is not None:
            return
        kept.packed = body
        kept.size += len(body)
        self.figures.bytes += len(body)
        self._make_room()

    def _waits(self, question: Question, recorder: Recorder) -> bool:
        """Whether the answer is not kept yet: it is read fast, is asked for the first time, and no
        other is kept that begins with the same record."""
        if not recorder.loads:
            return self._is_new(question)
        number = hash(tuple(recorder.loads[0][1]))
        if len(recorder.loads) < LOADS_OF_FIRST:
            return number not in self._begun_with and self._is_new(question)
        _remember(self._begun_with, number)
        return False

    def _is_new(self, question: Question) -> bool:
        """Whether it was not asked lately."""
        number = hash(question)
        if number in self._asked_once:
            self._asked_once.discard(number)
            return False
        _remember(self._asked_once, number)
        return True

    def _add(self, question: Question, kept: Kept) -> None:
        if question in self._kept:
            self._drop_for(question, kept)
        self._kept.setdefault(question, []).append(kept)
        self._kept.move_to_end(question)
        self._count(question, 1, kept.size)
        self._make_room()

    def _drop_for(self, question: Question, kept: Kept) -> None:
        """Drop what the new answer replaces, or the oldest if there are enough."""
        alike, own = self._kept[question], kept.account is not None
        for other in [each for each in alike if own or each.decided == kept.decided]:
            self._drop(question, other)
        if len(alike) >= MOST_ALIKE:
            self._drop(question, alike[0])

    def _make_room(self) -> None:
        while self._kept and self.figures.bytes > self.most_bytes:
            oldest, others = next(iter(self._kept.items()))
            self.figures.evictions += len(others)
            for each in list(others):
                self._drop(oldest, each)

    def _drop(self, question: Question, kept: Kept) -> None:
        kept.dropped = True
        alike = self._kept[question]
        alike.remove(kept)
        if not alike:
            del self._kept[question]
        self._count(question, -1, -kept.size)

    def _count(self, question: Question, answers: int, size: int) -> None:
        document = question[0]
        if question[-1] is not None:
            self._of_accounts[document] += answers
            if not self._of_accounts[document]:
                del self._of_accounts[document]
        before = self._documents[document]
        self._documents[document] += answers
        if not before:
            size += getsizeof(document)
        elif not self._documents[document]:
            size -= getsizeof(document)
            del self._documents[document]
        self.figures.answers += answers
        self.figures.bytes += size

    def forget(self) -> None:
        """Drop all that is kept."""
        self._asked_once.clear()
        self._begun_with.clear()
        self.figures.drops += self.figures.answers
        for alike in self._kept.values():
            for kept in alike:
                kept.dropped = True
        self._kept.clear()
        self._documents.clear()
        self._of_accounts.clear()
        self._parts.forget()
        self._loads.forget()
        self.figures.answers = self.figures.bytes = 0
        self._generation = self._changes.generation


def _remember(numbers: set[int], number: int) -> None:
    if len(numbers) >= MOST_ASKED_ONCE:
        numbers.clear()
    numbers.add(number)
