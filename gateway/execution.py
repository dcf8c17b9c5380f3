"""Executes operations, from text to answer; the same for every protocol."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime
from inspect import isawaitable
from time import perf_counter
from typing import Any, NamedTuple, Protocol, cast

import orjson
from graphql import (
    ExecutionResult,
    Executor,
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
)
from graphql.execution import create_source_event_stream

from db.store import UNANSWERED
from domain import clock
from domain.errors import Code
from gateway.connection_limits import ConnectionLimits, QuotaExceeded, Slot
from gateway.documents import Document, Documents, is_query, is_subscription
from gateway.errors import (
    OperationError,
    Unauthenticated,
    internal,
    is_refusal,
    limit_exceeded,
    origin,
    shown,
)
from gateway.introspection import Introspection
from gateway.operations import Operation
from gateway.settings import Settings
from gateway.watch import Watch
from resolvers import security
from resolvers.answers.keeping import (
    Asked,
    KeptAnswer,
    KeptAnswers,
    Question,
    question_of,
)
from resolvers.answers.recorder import Recorder
from resolvers.context import CameBy
from resolvers.execution.compiled_executor import CompiledExecutor
from resolvers.recently_used import RecentlyUsed

log = logging.getLogger("gradebook")
Answer = dict[str, Any]


class Context(Protocol):
    """The attributes of a context that the gateway reads; resolvers read more."""

    resume_after: str | None
    """The id of the last event that the client saw, if it is sent beside the operation."""
    begun: Callable[[str], object] | None
    """Called with the cursor after which a subscription begins, if set."""

    @property
    def viewer(self) -> object | None: ...
    @property
    def account(self) -> Hashable | None:
        """The account's id; None for a stranger."""

    @property
    def client_address(self) -> str: ...
    @property
    def new_session(self) -> str | None: ...
    @property
    def session_ended(self) -> bool: ...
    @property
    def cookie_seconds(self) -> int | None: ...
    @property
    def limited_to(self) -> frozenset[str] | None:
        """The root fields that may be asked for; None if all may."""

    @property
    def limited_until(self) -> str:
        """What the viewer has to do before all may be."""

    user_agent: str
    """What the client tells of itself."""
    came_by: CameBy | None
    """How the session's token has come."""
    browser: str | None
    """What the browser keeps while it goes to a provider of identities and back."""

    async def keep_reads(self) -> None:
        """Note what has to be noted of what was read, before it is answered."""

    def count_refusal(self) -> None:
        """Count that the viewer was refused something."""

    def attend(self, event: object) -> bool:
        """Use the context to answer this event of a subscription; returns whether the viewer may
        still receive it."""


class StreamedAnswer(NamedTuple):
    """An answer of a subscription, and the cursor of its event, from which a client can resume."""

    answer: Answer
    cursor: str | None = None


BEGIN_AT_ONCE = 4
"""WebSockets and subscriptions that may begin at once. After a restart thousands begin; this leaves
the event loop and the pool's connections to queries."""
MOST_KEPT = 4 << 20
"""Bytes of cached introspection answers."""
RETRY_DELAYS = (0.05, 0.5, 1.0)
"""Delays in seconds before an event is executed again whose data the database failed to return."""
Contexts = Callable[[], Awaitable[Context]]
"""Makes a new context of a client, and looks its session up again."""


@dataclass(slots=True, eq=False)
class Prepared:
    """An operation that may run: valid and within the limits."""

    document: Document
    node: OperationDefinitionNode
    operation: Operation
    name: str = field(init=False)
    """The operation's name in the document; empty if it has none."""
    kind: str = field(init=False)
    queries: bool = field(init=False)
    """Whether it is a query."""
    streams: bool = field(init=False)
    """Whether it is a subscription."""
    first_field: str | None = field(init=False)
    """The first of the fields that it starts with."""
    _question: Question | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        name = self.node.name
        self.name = "" if name is None else name.value
        self.kind = self.node.operation.value
        self.queries, self.streams = is_query(self.node), is_subscription(self.node)
        self.first_field = next(self.root_fields(), None)

    @property
    def question(self) -> Question | None:
        """What it asks for; None if that can't be told."""
        if self._question is None:
            operation = self.operation
            self._question = question_of(operation.query, operation.name, operation.variables)
        return self._question

    def root_fields(self) -> Iterator[str]:
        """The names of the fields that it starts with, in order, without introspection."""
        return _fields(self.node.selection_set.selections, self.document)

    def has_variable(self, name: str) -> bool:
        return any(
            definition.variable.name.value == name
            for definition in self.node.variable_definitions or ()
        )


@dataclass(slots=True)
class SchemaAnswers:
    """A cache of introspection answers as bytes: tools send the same few queries."""

    known: RecentlyUsed[Question, orjson.Fragment] = field(
        default_factory=lambda: RecentlyUsed(MOST_KEPT)
    )

    def get(self, prepared: Prepared) -> Answer | None:
        key = prepared.question
        found = None if key is None else self.known.get(key)
        return None if found is None else {"data": found}

    def kept(self, prepared: Prepared, answer: Answer) -> Answer:
        """Cache the answer if it is the same for everybody; returns it."""
        key = prepared.question
        if "errors" in answer or key is None or not _reads_only_the_schema(prepared.node):
            return answer
        written = orjson.dumps(answer["data"])
        found = orjson.Fragment(written)
        self.known.add(key, found, len(written) + len(key[0]) + len(key[2]))
        return {"data": found}


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
    kept: KeptAnswers | None = None
    """Keeps answers of queries, where the process has a store."""
    connection_limits: ConnectionLimits = field(
        default_factory=lambda: ConnectionLimits(Settings())
    )
    watch: Watch = field(default_factory=Watch)

    def prepare(self, operation: Operation) -> Prepared:
        """Prepare an operation; raises `OperationError` if it may not run."""
        return self._prepared(self.documents.get(operation.query), operation, may_introspect=True)

    async def prepare_in_thread(self, operation: Operation, contexts: Contexts) -> Prepared:
        """As `prepare`, for a client, and in a thread if it takes long."""
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

    async def ask(self, prepared: Prepared) -> Asked | None:
        """To be called before the context is made: looks at what has changed, if an answer to the
        operation is kept."""
        kept = self.kept
        if kept is None or prepared.document.introspection or not prepared.queries:
            return None
        asked = kept.ask(prepared.question)
        if asked is not None and asked.needs_look:
            await kept.look(asked)
        return asked

    def ask_soon(self, prepared: Prepared, answer: Callable[[Asked], object]) -> bool:
        """Look at what has changed, and then call `answer`, if an answer to the operation is kept;
        where traces are exported, each operation is run."""
        kept, question = self.kept, prepared.question
        if kept is None or question is None or self.watch.tracer is not None:
            return False
        return kept.ask_soon(question, answer)

    def find(self, asked: Asked, token_hash: bytes) -> KeptAnswer | None:
        """The answer that is kept, for the session with the token."""
        return None if self.kept is None else self.kept.find_for_session(asked, token_hash)

    async def run(self, prepared: Prepared, context: Context, asked: Asked | None = None) -> Answer:
        """Execute a query or a mutation."""
        watch, name, kind = self.watch, prepared.name, prepared.kind
        began = perf_counter()
        with watch.begin(name, kind):
            answered = await self._run(prepared, context, asked)
            seconds = perf_counter() - began
            if watch.ended(name, kind, answered, seconds):
                operation = prepared.operation
                document, variables = prepared.document.node, dict(operation.variables)
                watch.explain(self.schema, document, operation.name, variables, seconds)
        return answered

    async def _run(self, prepared: Prepared, context: Context, asked: Asked | None) -> Answer:
        try:
            if asked is not None:
                return await self._kept(prepared, context, asked)
            if prepared.document.introspection is None:
                return answer(await self._result(prepared, context))
            return await self._cached(prepared, context)
        except TimeoutError:
            return self._late()
        except RecursionError:
            return rejection(OperationError([GraphQLError("The variables are nested too deeply.")]))
        except Exception as error:
            return internal(error)

    async def _kept(self, prepared: Prepared, context: Context, asked: Asked) -> Answer:
        """The answer that is kept; or else the one that is read, which is kept if it can be."""
        assert self.kept is not None
        viewer, limited = context.viewer, context.limited_to is not None
        if not limited and (found := self.kept.find(asked, viewer)) is not None:
            return found
        made = answer(await self._result(prepared, context, recorder=self.kept.begin(asked)))
        if "errors" in made or viewer is None or limited:
            return made
        return self.kept.keep(asked, viewer, made["data"])

    async def _cached(self, prepared: Prepared, context: Context) -> Answer:
        """The cached answer to an operation that queries only the schema."""
        known = self.answers.get(prepared)
        if known is None:
            known = answer(await self._result(prepared, context))
            return self.answers.kept(prepared, known)
        return known

    async def stream(
        self, prepared: Prepared, contexts: Contexts
    ) -> AsyncGenerator[StreamedAnswer, None]:
        """Execute a subscription: yields an answer for each event. Each event has a new context, so
        that rights are checked again and the stream ends with the session."""
        slots: list[Slot] = []
        try:
            async with self.begin_limit:
                context = await contexts()
                signed_in = context.viewer is not None
                self._take_slots(context, slots)
                async with asyncio.timeout(self.timeout):
                    events = await self._events(prepared, context)
            del context  # thousands of idle streams would each keep one
            if isinstance(events, ExecutionResult):
                yield StreamedAnswer(answer(events))
                return
            async with aclosing(events):
                try:
                    async for event in events:
                        began = perf_counter()
                        shown = await self._shown(prepared, event, contexts, signed_in)
                        if shown is not None:
                            self.watch.ended(prepared.name, "event", shown, perf_counter() - began)
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
        """Take the slots of a subscription; raises `QuotaExceeded`."""
        slots.append(self.connection_limits.streams.at(context.client_address))
        if context.account is not None:
            slots.append(self.connection_limits.streams.of(context.account))

    async def _events(self, prepared: Prepared, context: Context) -> Any:
        """The source event stream, or the result that says why there is none."""
        executor = self._executor(prepared, context)
        if isinstance(executor, list):
            return ExecutionResult(None, executor)
        source = create_source_event_stream(executor)
        return await source if isawaitable(source) else source

    async def _shown(
        self, prepared: Prepared, event: object, contexts: Contexts, signed_in: bool
    ) -> Answer | None:
        """The client's answer for the event.

        A client resumes after the cursor of the last event that it received. So an event is
        delivered completely, as far as its viewer may see it, or not at all: if the database fails,
        the stream ends before the event.
        """
        for seconds in RETRY_DELAYS:
            try:
                return await self._answered(prepared, event, contexts, signed_in)
            except TimeoutError:
                raise
            except UNANSWERED as lost:
                log.warning("An event is read again", exc_info=lost)
                await asyncio.sleep(seconds)
        return await self._answered(prepared, event, contexts, signed_in)

    async def _answered(
        self, prepared: Prepared, event: object, contexts: Contexts, signed_in: bool
    ) -> Answer | None:
        """The answer by the rights at its end, since reading may take long; None if they no longer
        cover the event."""
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
        self,
        prepared: Prepared,
        context: Context,
        root: object = None,
        recorder: Recorder | None = None,
    ) -> ExecutionResult:
        async with asyncio.timeout(self.timeout):
            executor = self._executor(prepared, context, root)
            if isinstance(executor, list):
                return ExecutionResult(None, executor)
            if isinstance(executor, CompiledExecutor) and not executor.is_compiled:
                await executor.compile_aside(self.documents.threads.long)
            if recorder is not None:
                result = await _recorded(executor, recorder)
            else:
                result = executor.execute_operation()
                if isawaitable(result):
                    result = await result
            await context.keep_reads()
            if result.errors and any(is_refusal(error) for error in result.errors):
                context.count_refusal()
            return cast("ExecutionResult", result)

    def _executor(self, prepared: Prepared, context: Context, root: object = None) -> Any:
        """An executor of the operation, or the errors that prevent it."""
        if (allowed := context.limited_to) is not None:
            refused = sorted(set(prepared.root_fields()) - allowed)
            if refused:
                context.count_refusal()
                message = f"`{refused[0]}` is not allowed before {context.limited_until}."
                return [GraphQLError(message, extensions={"code": Code.FORBIDDEN})]
        return self.executor_class.build(
            self.schema,
            prepared.document.node,
            root,
            context,
            dict(prepared.operation.variables),
            prepared.operation.name,
            hide_suggestions=self._hides_suggestions(context),
        )

    def _hides_suggestions(self, context: Context) -> bool:
        if self.introspection is Introspection.ANYONE:
            return False
        return not self.introspection.may_introspect(context.viewer)

    def _late(self) -> Answer:
        message = f"The operation took longer than {clock.seconds_told(self.timeout)}."
        return rejection(OperationError([GraphQLError(message, extensions={"code": Code.TIMEOUT})]))


async def _recorded(executor: Executor[Any], recorder: Recorder) -> Any:
    """The result; the recorder knows what it depends on. The time must not be among that, but for
    instants that are known."""
    if not isinstance(executor, CompiledExecutor):
        recorder.unknown = True
        result = executor.execute_operation()
        return await result if isawaitable(result) else result
    executor.recorder = recorder
    asked: list[datetime | None] = []
    token = clock.ASKED.set(asked)
    try:
        result = executor.execute_operation()
        if isawaitable(result):
            result = await result
    finally:
        clock.ASKED.reset(token)
    if asked:
        instants = [each for each in asked if each is not None]
        recorder.unknown |= len(instants) < len(asked)
        recorder.until = min(instants, default=None)
    return result


def _fields(selections: Sequence[SelectionNode], document: Document) -> Iterator[str]:
    for selection in selections:
        if isinstance(selection, FieldNode):
            if not selection.name.value.startswith("__"):
                yield selection.name.value
        elif isinstance(selection, FragmentSpreadNode):
            fragment = document.fragments[selection.name.value]
            yield from _fields(fragment.selection_set.selections, document)
        elif isinstance(selection, InlineFragmentNode):
            yield from _fields(selection.selection_set.selections, document)


def note_refusals(errors: Sequence[GraphQLError]) -> None:
    """Log that fields were refused, with the first of them, by its place without numbers."""
    refused = [each for each in errors if getattr(origin(each), "code", None) is Code.FORBIDDEN]
    if refused:
        place = ".".join(part for part in refused[0].path or () if isinstance(part, str))
        security.note("refused", fields=len(refused), first=place)


class SessionEnded(Exception):
    """The session that the subscription began with has ended."""


SESSION_ENDED = GraphQLError("The session has ended.", extensions={"code": Code.UNAUTHENTICATED})


def answer(result: ExecutionResult) -> Answer:
    """The answer to a result. `data` is missing if nothing was executed, as the specification
    says."""
    errors = result.errors
    if not errors:
        return {"data": result.data}
    note_refusals(errors)
    if result.data is None and all(error.path is None for error in errors):
        return {"errors": shown(errors)}
    return {"data": result.data, "errors": shown(errors)}


def rejection(rejected: OperationError) -> Answer:
    return {"errors": shown(rejected.errors)}


def refusal_of_stream(refused: QuotaExceeded | Unauthenticated) -> Answer:
    """The answer of a stream that cannot begin."""
    if isinstance(refused, Unauthenticated):
        return refused.answer
    return rejection(OperationError([limit_exceeded(str(refused))]))


def failure(error: Exception) -> Answer:
    """The answer of a stream that fails."""
    return rejection(OperationError([GraphQLError(str(error), original_error=error)]))
