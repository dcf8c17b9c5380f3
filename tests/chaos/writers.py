"""Teachers who write through the gateways, and ask again where an answer is lost."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import httpx

from domain.ids import uuid7
from resolvers import global_id
from resolvers.feed.topics import topics
from tests.chaos.ledger import Ledger, Made, Operation
from tests.chaos.school import Seat
from tests.gateway.small_school import HERE, TODAY

LASTS = 0.15
"""Seconds between two operations of a writer, at most."""
GIVES_UP = 0.1
"""How often a writer whose answer is lost never learns what became of it."""
PASSING = frozenset({"INTERNAL", "TIMEOUT"})
"""Codes of an answer after which one asks again."""
VALUES = ("5", "4+", "4", "3", "2")
Act = tuple[str, str, dict[str, Any], list[Made]]
"""The mutation, the field of its payload, the input, and what it makes."""


class Writer:
    """One teacher at one lesson, the only one who changes what is there."""

    def __init__(
        self,
        name: str,
        seat: Seat,
        work_type: str,
        ledger: Ledger,
        doors: Sequence[str],
        seed: str,
    ) -> None:
        self._name = name
        self._seat, self._work_type = seat, work_type
        self._ledger, self._doors = ledger, doors
        self._chance = Random(f"{seed} {name}")
        self._grades: dict[UUID, int] = {}
        self._withdrawn: dict[UUID, int] = {}
        self._homework: dict[UUID, int] = {}
        self._topic: int | None = 1
        self._acts: tuple[tuple[int, Callable[[], Act | None]], ...] = (
            (4, self._give),
            (1, self._give_many),
            (5, self._revise),
            (1, self._withdraw),
            (1, self._restore),
            (1, self._set_homework),
            (2, self._change_homework),
            (2, self._set_topic),
        )

    async def run(self, over: asyncio.Event) -> None:
        headers = {"Authorization": f"Bearer {self._seat.teacher.token}"}
        weights = [weight for weight, _ in self._acts]
        async with httpx.AsyncClient(timeout=5, headers=headers) as client:
            while not over.is_set():
                [(_, choose)] = self._chance.choices(self._acts, weights)
                if (act := choose()) is not None:
                    await self._do(client, *act)
                    await asyncio.sleep(self._chance.random() * LASTS)

    async def _do(
        self, client: httpx.AsyncClient, mutation: str, field: str, given: Any, made: list[Made]
    ) -> None:
        operation = self._ledger.begin(f"{mutation} by {self._name}", made, self._name)
        key = f"{self._name}, {len(self._ledger.operations)}"
        query = f"""
          mutation ($input: {mutation[0].upper()}{mutation[1:]}Input!) {{
            {mutation}(input: $input) {{ {field} {{ id version }} errors {{ code message }} }}
          }}
        """
        asked = {"query": query, "variables": {"input": given | {"idempotencyKey": key}}}
        answer = await self._answer(client, asked)
        if answer is None:
            self._forget(made)
            return
        self._take(operation, answer, mutation, field)

    async def _answer(self, client: httpx.AsyncClient, asked: Any) -> Any:
        """The answer, however often it has to be asked for; None for who gives up."""
        while True:
            door = self._chance.choice(self._doors)
            try:
                response = await client.post(f"http://{door}/graphql", json=asked)
                answer = response.json()
            except (httpx.TransportError, ValueError):
                if self._chance.random() < GIVES_UP:
                    return None
            else:
                codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
                if not codes & PASSING:
                    return answer
            self._ledger.retries += 1
            await asyncio.sleep(0.05 + self._chance.random() * 0.2)

    def _take(self, operation: Operation, answer: Any, mutation: str, field: str) -> None:
        payload = (answer.get("data") or {}).get(mutation)
        found = [] if payload is None or payload["errors"] else payload[field]
        records = found if isinstance(found, list) else [found]
        told = {(record["id"], record["version"]) for record in records}
        asked = operation.made
        if told != {
            (global_id.make(topics()[m.topic].noun, HERE, m.ref), m.version) for m in asked
        }:
            self._ledger.complaints.append(f"{operation.what} was answered {answer}")
            self._forget(asked)
            return
        operation.acknowledge()
        for made in asked:
            self._keep(made, mutation)

    def _keep(self, made: Made, mutation: str) -> None:
        if made.topic == "LESSON":
            self._topic = made.version
        elif made.topic == "HOMEWORK":
            self._homework[made.ref] = made.version
        elif mutation == "withdrawGrade":
            self._withdrawn[made.ref] = made.version
        else:
            self._grades[made.ref] = made.version

    def _forget(self, made: Iterable[Made]) -> None:
        """What has become of these is not known, so that nothing more is done to them."""
        for one in made:
            if one.topic == "LESSON":
                self._topic = None

    def _grade(self, student: UUID) -> tuple[UUID, dict[str, Any]]:
        id_ = uuid7()
        return id_, {
            "id": str(id_),
            "student": global_id.make("Student", HERE, student),
            "lesson": global_id.make("Lesson", HERE, self._seat.lesson_id),
            "workType": self._work_type,
            "value": self._chance.choice(VALUES),
            "comment": "As it was given",
        }

    def _give(self) -> Act:
        id_, grade = self._grade(self._chance.choice(self._seat.students))
        return "giveGrade", "grade", grade, [Made("GRADE", id_, 1)]

    def _give_many(self) -> Act:
        given = [self._grade(student) for student in self._seat.students * 3]
        made = [Made("GRADE", id_, 1) for id_, _ in given]
        return "giveGrades", "grades", {"grades": [grade for _, grade in given]}, made

    def _step(self, records: dict[UUID, int], noun: str) -> tuple[dict[str, Any], Made] | None:
        """The next step of one of them, which is the writer's again once it is acknowledged."""
        if not records:
            return None
        ref = self._chance.choice(list(records))
        version = records.pop(ref)
        id_ = global_id.make(noun, HERE, ref)
        step = {"id": id_, "expectedVersion": version, "reason": "Read again"}
        return step, Made(noun.upper(), ref, version + 1)

    def _revise(self) -> Act | None:
        if (found := self._step(self._grades, "Grade")) is None:
            return None
        step, made = found
        new = {"value": self._chance.choice(VALUES), "comment": f"As of {made.version}"}
        return "reviseGrade", "grade", step | new, [made]

    def _withdraw(self) -> Act | None:
        found = self._step(self._grades, "Grade")
        return found and ("withdrawGrade", "grade", found[0], [found[1]])

    def _restore(self) -> Act | None:
        found = self._step(self._withdrawn, "Grade")
        return found and ("restoreGrade", "grade", found[0], [found[1]])

    def _set_homework(self) -> Act:
        id_ = uuid7()
        given = {
            "id": str(id_),
            "lesson": global_id.make("Lesson", HERE, self._seat.lesson_id),
            "text": "As it was set",
            "dueOn": (TODAY + timedelta(1)).isoformat(),
        }
        return "setHomework", "homework", given, [Made("HOMEWORK", id_, 1)]

    def _change_homework(self) -> Act | None:
        if (found := self._step(self._homework, "Homework")) is None:
            return None
        step, made = found
        return "changeHomework", "homework", step | {"text": f"As of {made.version}"}, [made]

    def _set_topic(self) -> Act | None:
        if self._topic is None:
            return None
        made = Made("LESSON", self._seat.lesson_id, self._topic + 1)
        given = {
            "lesson": global_id.make("Lesson", HERE, self._seat.lesson_id),
            "expectedVersion": self._topic,
            "topic": f"As of {made.version}",
        }
        return "setLessonTopic", "lesson", given, [made]
