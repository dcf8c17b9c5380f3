"""One operation from its text to its answer, the same for every protocol."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable
from contextlib import aclosing
from dataclasses import dataclass, field
from inspect import isawaitable
from typing import Any, NamedTuple, Protocol, cast

import orjson
from graphql import (
    ExecutionResult,
    Executor,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
)
from graphql.execution import create_source_event_stream

from db.store import UNANSWERED
from domain.errors import Code
from gateway.connection_limits import ConnectionLimits, QuotaExceeded, Slot
from gateway.documents import Document, Documents, is_subscription
from gateway.errors import OperationError, Unauthenticated, internal, limit_exceeded, origin, shown
from gateway.introspection import Introspection
from gateway.operations import Operation
from gateway.settings import Settings
from resolvers.execution.compiled import CompiledExecutor

log = logging.getLogger("gradebook")
Answer = dict[str, Any]
AnswerKey = tuple[str, str | None, bytes]
"""A document, the name of an operation of it, and the variables as JSON."""


class Context(Protocol):
    """What the gateway itself reads of a context; the resolvers see more."""

    resume_after: str | None
    """Set where a client names the last event that it saw beside the operation."""
    begun: Callable[[str], object] | None
    """Set where a client is to be told after which cursor a subscription begins."""

    @property
    def viewer(self) -> object | None: ...
    @property
    def account(self) -> Hashable | None:
        """Whose account it is; None for a stranger."""

    @property
    def client_address(self) -> str: ...
    @property
    def new_session(self) -> str | None: ...
    @property
    def session_ended(self) -> bool: ...
    def attend(self, event: object) -> bool:
        """The context is for answering this event of a subscription; whether the viewer may still
        be told of it."""


class StreamedAnswer(NamedTuple):
    """An answer of a subscription, and the cursor of its event, after which a client may go on."""

    answer: Answer
    cursor: str | None = None


BEGIN_AT_ONCE = 4
"""How many sockets and subscriptions may begin at once: a wave of them, after a restart, takes its
turns, and leaves the event loop and the connections to those who ask."""
MOST_KEPT = 4 << 20
"""How many bytes of answers about the schema are kept."""
RETRY_DELAYS = (0.05, 0.5, 1.0)
"""Seconds until an event is answered again of which the database did not answer a part."""
Contexts = Callable[[], Awaitable[Context]]
"""A fresh context of one client, whose session is looked up again each time."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """An operation that may run: valid, and within the limits."""

    document: Document
    node: OperationDefinitionNode
    operation: Operation

    @property
    def streams(self) -> bool:
        return is_subscription(self.node)

    @property
    def kind(self) -> str:
        return self.node.operation.value

    def has_variable(self, name: str) -> bool:
        return any(
            definition.variable.name.value == name
            for definition in self.node.variable_definitions or ()
        )


@dataclass(slots=True)
class SchemaAnswers:
    """Whole answers about the schema, as the bytes that are sent: tools ask the same few questions,
    and each is answered once."""

    known: OrderedDict[AnswerKey, orjson.Fragment] = field(default_factory=OrderedDict)
    sizes: dict[AnswerKey, int] = field(default_factory=dict)

    def get(self, prepared: Prepared) -> Answer | None:
        key = self._key(prepared)
        if key not in self.known:
            return None
        self.known.move_to_end(key)
        return {"data": self.known[key]}

    def kept(self, prepared: Prepared, answer: Answer) -> Answer:
        """The answer, which is kept if everybody gets the same."""
        if "errors" in answer or not _reads_only_the_schema(prepared.node):
            return answer
        written = orjson.dumps(answer["data"])
        key = self._key(prepared)
        size = len(written) + len(prepared.operation.query) + len(key[-1])
        if size > MOST_KEPT:
            return answer
        found = self.known[key] = orjson.Fragment(written)
        self.sizes[key] = size
        while sum(self.sizes.values()) > MOST_KEPT:
            dropped, _ = self.known.popitem(last=False)
            del self.sizes[dropped]
        return {"data": found}

    def _key(self, prepared: Prepared) -> AnswerKey:
        operation = prepared.operation
        return operation.query, operation.name, orjson.dumps(operation.variables)


def _reads_only_the_schema(operation: OperationDefinitionNode) -> bool:
    return all(
        isinstance(each, FieldNode) and each.name.value.startswith("__")
        for each in operation.selection_set.selections
    )


@dataclass(frozen=True, slots=True)
class Engine:
    schema: GraphQLSchema
    documents: Documents
    timeout: float = 30
    executor_class: type[Executor[Any]] = CompiledExecutor
    begin_limit: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(BEGIN_AT_ONCE))
    introspection: Introspection = Introspection.ANYONE
    answers: SchemaAnswers = field(default_factory=SchemaAnswers)
    connection_limits: ConnectionLimits = field(
        default_factory=lambda: ConnectionLimits(Settings())
    )

    def prepare(self, operation: Operation) -> Prepared:
        """Raises `OperationError` where the operation may not run."""
        return self._prepared(self.documents.get(operation.query), operation, may_introspect=True)

    async def prepare_in_thread(self, operation: Operation, contexts: Contexts) -> Prepared:
        """As `prepare`, for the client of the contexts, and beside the event loop where it takes
        long."""
        document = self.documents.known(operation.query)
        if document is None or document.introspection is not None:
            may_introspect = await self._may_introspect(contexts)
        else:
            may_introspect = self.introspection is Introspection.ANYONE
        if document is None:
            document = await self.documents.get_in_thread(operation.query, suggest=may_introspect)
        return self._prepared(document, operation, may_introspect=may_introspect)

    async def _may_introspect(self, contexts: Contexts) -> bool:
        viewer = None
        if self.introspection is Introspection.SIGNED_IN:
            viewer = (await contexts()).viewer
        return self.introspection.may_introspect(viewer)

    def _prepared(
        self, document: Document, operation: Operation, *, may_introspect: bool
    ) -> Prepared:
        if document.introspection is not None and not may_introspect:
            raise OperationError([self._unknown(document.introspection)])
        node = self.documents.check(document, operation.name, operation.variables)
        return Prepared(document, node, operation)

    def _unknown(self, node: FieldNode) -> GraphQLError:
        if self.introspection is Introspection.SIGNED_IN:
            return GraphQLError(
                "Sign in to ask for the schema.", node, extensions={"code": Code.UNAUTHENTICATED}
            )
        return GraphQLError(
            "The schema may not be asked for.", node, extensions={"code": Code.FORBIDDEN}
        )

    async def run(self, prepared: Prepared, context: Context) -> Answer:
        """The answer to a query or a mutation."""
        try:
            if prepared.document.introspection is None:
                return answer(await self._result(prepared, context))
            return await self._cached(prepared, context)
        except TimeoutError:
            return self._late()
        except RecursionError:
            return rejection(OperationError([GraphQLError("The variables are nested too deeply.")]))
        except Exception as error:
            return internal(error)

    async def _cached(self, prepared: Prepared, context: Context) -> Answer:
        """The same to everybody where nothing but the schema is asked for, and kept then."""
        known = self.answers.get(prepared)
        if known is None:
            known = answer(await self._result(prepared, context))
            return self.answers.kept(prepared, known)
        return known

    async def stream(
        self, prepared: Prepared, contexts: Contexts
    ) -> AsyncGenerator[StreamedAnswer, None]:
        """The answers to a subscription, one for each event; each sees a fresh context, so that
        what it may show is decided anew, and the stream ends with the session."""
        slots: list[Slot] = []
        try:
            async with self.begin_limit:
                context = await contexts()
                signed_in = context.viewer is not None
                self._take_slots(context, slots)
                async with asyncio.timeout(self.timeout):
                    events = await self._events(prepared, context)
            del context  # there are thousands of streams: a quiet one keeps only what it needs
            if isinstance(events, ExecutionResult):
                yield StreamedAnswer(answer(events))
                return
            async with aclosing(events):
                try:
                    async for event in events:
                        shown = await self._shown(prepared, event, contexts, signed_in)
                        if shown is not None:
                            yield StreamedAnswer(shown, getattr(event, "cursor", None))
                        del event, shown
                except (SessionEnded, Unauthenticated):
                    yield StreamedAnswer(rejection(OperationError([SESSION_ENDED])))
                except Exception as error:
                    yield StreamedAnswer(failure(error))
        except (QuotaExceeded, Unauthenticated) as refused:
            yield StreamedAnswer(refusal_of_stream(refused))
        except TimeoutError:
            yield StreamedAnswer(self._late())
        except Exception as error:
            yield StreamedAnswer(internal(error))
        finally:
            for slot in slots:
                slot.release()

    def _take_slots(self, context: Context, slots: list[Slot]) -> None:
        """Add the places that the subscription takes; raises `QuotaExceeded`."""
        slots.append(self.connection_limits.streams.at(context.client_address))
        if context.account is not None:
            slots.append(self.connection_limits.streams.of(context.account))

    async def _events(self, prepared: Prepared, context: Context) -> Any:
        """The events to answer, or the one result that says why there are none."""
        executor = self._executor(prepared, context)
        if isinstance(executor, list):
            return ExecutionResult(None, executor)
        source = create_source_event_stream(executor)
        return await source if isawaitable(source) else source

    async def _shown(
        self, prepared: Prepared, event: object, contexts: Contexts, signed_in: bool
    ) -> Answer | None:
        """What the client sees of the event, by an executor of its own.

        A client goes on after the cursor of whatever it is shown, so that an event is shown as
        far as its viewer may see it, or not at all: where the database does not answer, the
        stream ends before it.
        """
        for seconds in RETRY_DELAYS:
            try:
                return await self._answered(prepared, event, contexts, signed_in)
            except TimeoutError:
                raise
            except UNANSWERED as lost:
                log.warning("An event is read again: %r", lost)
                await asyncio.sleep(seconds)
        return await self._answered(prepared, event, contexts, signed_in)

    async def _answered(
        self, prepared: Prepared, event: object, contexts: Contexts, signed_in: bool
    ) -> Answer | None:
        """By the rights of when it is told, as what it shows may take long to read; None where
        they do not cover it any more."""
        context = await contexts()
        while True:
            if signed_in and context.viewer is None:
                raise SessionEnded
            if not context.attend(event):
                return None
            result = await self._result(prepared, context, event)
            for error in result.errors or ():
                if isinstance(cause := origin(error), UNANSWERED):
                    raise cause
            viewer, context = context.viewer, await contexts()
            if context.viewer is viewer:
                return answer(result)

    async def _result(
        self, prepared: Prepared, context: Context, root: object = None
    ) -> ExecutionResult:
        async with asyncio.timeout(self.timeout):
            executor = self._executor(prepared, context, root)
            if isinstance(executor, list):
                return ExecutionResult(None, executor)
            if isinstance(executor, CompiledExecutor):
                await executor.compile_aside(self.documents.threads.long)
            result = executor.execute_operation()
            return cast("ExecutionResult", await result if isawaitable(result) else result)

    def _executor(self, prepared: Prepared, context: Context, root: object = None) -> Any:
        """An executor of the operation, or the errors for which there is none."""
        return self.executor_class.build(
            self.schema,
            prepared.document.node,
            root,
            context,
            dict(prepared.operation.variables),
            prepared.operation.name,
            hide_suggestions=not self.introspection.may_introspect(context.viewer),
        )

    def _late(self) -> Answer:
        message = f"The operation took longer than {self.timeout:g} seconds."
        return rejection(OperationError([GraphQLError(message, extensions={"code": Code.TIMEOUT})]))


class SessionEnded(Exception):
    """The session that a subscription began with is over."""


SESSION_ENDED = GraphQLError("The session has ended.", extensions={"code": Code.UNAUTHENTICATED})


def answer(result: ExecutionResult) -> Answer:
    """`data` is left out where nothing was executed, as the specification has it."""
    errors = result.errors
    if not errors:
        return {"data": result.data}
    if result.data is None and all(error.path is None for error in errors):
        return {"errors": shown(errors)}
    return {"data": result.data, "errors": shown(errors)}


def rejection(rejected: OperationError) -> Answer:
    return {"errors": shown(rejected.errors)}


def refusal_of_stream(refused: QuotaExceeded | Unauthenticated) -> Answer:
    """What a stream says that does not begin."""
    if isinstance(refused, Unauthenticated):
        return refused.answer
    return rejection(OperationError([limit_exceeded(str(refused))]))


def failure(error: Exception) -> Answer:
    """What a stream says when it breaks off."""
    return rejection(OperationError([GraphQLError(str(error), original_error=error)]))
