"""Documents: parsed and validated once for each text, and checked against the limits."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
)
from graphql.validation.validate import ValidationAbortedError

from gateway.cost import Complexity, CostAnalysis, defaults, outline
from gateway.errors import OperationError, limit_exceeded
from gateway.garbage import FrequentlyCollected
from gateway.parsing import parsed, validated
from resolvers.recently_used import RecentlyUsed

T = TypeVar("T")
MOST_COMPLEXITIES = 100
"""Complexities that are kept for one operation."""
LONGEST_DATE = 10
BYTES_A_TOKEN = 350
"""The memory of the syntax tree for each token."""
SHORT = 4_000
"""Characters up to which a document is short; it takes a few milliseconds."""
NEW = 8
"""The cache's share for documents that were requested once: documents that never come again cannot
evict those that come often."""


@dataclass(frozen=True, slots=True)
class Limits:
    tokens: int = 5_000
    depth: int = 15
    aliases: int = 100
    cost: int = 250_000
    introspection: int = 300_000
    values: int = 10_000
    cache_bytes: int = 32 << 20


@dataclass(frozen=True, slots=True)
class KnownComplexities:
    """The complexities of one operation, by the values of the variables that determine lengths of
    lists."""

    sized_by: tuple[str, ...]
    defaults: Mapping[str, object]
    known: dict[tuple[object, ...], Complexity] = field(default_factory=dict)

    def key(self, given: Mapping[str, Any]) -> tuple[object, ...]:
        return tuple(
            _size(given[name] if name in given else self.defaults.get(name))
            for name in self.sized_by
        )

    def keep(self, given: Mapping[str, Any], complexity: Complexity) -> None:
        if len(self.known) >= MOST_COMPLEXITIES:
            self.known.clear()
        self.known[self.key(given)] = complexity


def _size(value: object) -> object:
    """What the complexity may depend on in a variable's value."""
    if isinstance(value, list):
        return ("list", len(value))
    if isinstance(value, int):
        return value
    return value if isinstance(value, str) and len(value) <= LONGEST_DATE else None


@dataclass(frozen=True, slots=True)
class Document:
    """A valid document, with the complexities of its operations."""

    node: DocumentNode
    size: int
    operations: tuple[OperationDefinitionNode, ...]
    fragments: Mapping[str, FragmentDefinitionNode]
    introspection: FieldNode | None = None
    """A field that queries the schema."""
    complexities: dict[int, KnownComplexities] = field(default_factory=dict)

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation with the name, or the only operation."""
        if name is None:
            if len(self.operations) != 1:
                raise rejected("Must provide operation name if query contains multiple operations.")
            return self.operations[0]
        for operation in self.operations:
            if operation.name and operation.name.value == name:
                return operation
        raise rejected(f"Unknown operation named '{name}'.")


class DocumentThreads:
    """The threads that parse, validate and compile documents. A large document takes some tenths of
    a second, and a thread leaves the event loop free. Short documents have their own thread, so
    that they do not wait for long ones."""

    def __init__(self) -> None:
        self.short = FrequentlyCollected(1, "documents")
        self.long = FrequentlyCollected(1, "long-documents")

    async def run(self, function: Callable[[], T], characters: int) -> T:
        thread = self.short if characters <= SHORT else self.long
        return await asyncio.get_running_loop().run_in_executor(thread, function)


def nothing(_: DocumentNode) -> None:
    pass


@dataclass(slots=True)
class Documents:
    schema: GraphQLSchema
    limits: Limits = field(default_factory=Limits)
    forget: Callable[[DocumentNode], None] = nothing
    """Called with each document that is evicted."""
    threads: DocumentThreads = field(default_factory=DocumentThreads)
    watchers: list[Callable[[Document], object]] = field(default_factory=list)
    """Told of each as well."""
    new: RecentlyUsed[str, Document] = field(init=False)
    old: RecentlyUsed[str, Document] = field(init=False)
    pending: dict[tuple[str, bool], "asyncio.Future[Document | list[GraphQLError]]"] = field(
        default_factory=dict
    )

    def __post_init__(self) -> None:
        new = self.limits.cache_bytes // NEW
        self.new, self.old = RecentlyUsed(new), RecentlyUsed(self.limits.cache_bytes - new)

    def known(self, text: str) -> Document | None:
        """The document if it is cached."""
        if (document := self.old.get(text)) is not None:
            return document
        if (document := self.new.take(text)) is not None:
            self._dropped(self.old.add(text, document, document.size))
        return document

    def get(self, text: str, *, suggest: bool = True) -> Document:
        """The prepared document; raises `OperationError` if it is invalid or too large.

        With `suggest` its errors suggest names that a misspelt one may stand for.
        """
        if (document := self.known(text)) is None:
            document = self._prepare(text, suggest=suggest)
            self._dropped(self.new.add(text, document, document.size))
        return document

    async def get_in_thread(self, text: str, *, suggest: bool) -> Document:
        """As `get`, but prepared in a thread, and once for all concurrent requests."""
        if (document := self.known(text)) is not None:
            return document
        key = text, suggest
        if (pending := self.pending.get(key)) is None:
            pending = self.pending[key] = asyncio.ensure_future(self._prepare_in_thread(key))
        found = await asyncio.shield(pending)
        if isinstance(found, Document):
            return found
        # The error's traceback refers to this frame, so this frame must not refer to the error.
        raise OperationError(found)

    async def _prepare_in_thread(self, key: tuple[str, bool]) -> "Document | list[GraphQLError]":
        text, suggest = key

        def prepare() -> Document | list[GraphQLError]:
            try:
                return self._prepare(text, suggest=suggest)
            except OperationError as rejected:
                return rejected.errors

        try:
            found = await self.threads.run(prepare, len(text))
        finally:
            del self.pending[key]
        if isinstance(found, Document):
            self._dropped(self.new.add(text, found, found.size))
        return found

    def _dropped(self, documents: Iterable[Document]) -> None:
        for document in documents:
            self.forget(document.node)
            for watcher in self.watchers:
                watcher(document)

    def check(
        self, document: Document, name: str | None, variables: Mapping[str, Any]
    ) -> OperationDefinitionNode:
        """The operation to run; raises `OperationError` if it is too deep or costs too much."""
        operation = document.operation(name)
        known = document.complexities.get(id(operation))
        complexity = known.known.get(known.key(variables)) if known is not None else None
        if complexity is None:
            complexity = self._analyse(document, operation, variables)
        if complexity.depth > self.limits.depth:
            raise _too_much("depth", complexity.depth, self.limits.depth)
        if complexity.introspection > self.limits.introspection:
            raise self._too_costly(document, operation, variables, complexity, introspection=True)
        if complexity.cost > self.limits.cost:
            raise self._too_costly(document, operation, variables, complexity)
        return operation

    def _too_costly(
        self,
        document: Document,
        operation: OperationDefinitionNode,
        given: Mapping[str, Any],
        complexity: Complexity,
        *,
        introspection: bool = False,
    ) -> OperationError:
        costs = CostAnalysis(self.schema, document.fragments, {**defaults(operation), **given})
        limits = self.limits
        if introspection:
            what = "introspection"
            cost, limit = complexity.introspection, limits.introspection
        else:
            what, cost, limit = "cost", complexity.cost, limits.cost
        costliest = costs.costliest_field(operation, introspection=introspection)
        message = f"The operation's {what} is {cost}; the limit is {limit}."
        return OperationError([limit_exceeded(f"{message} What costs most is {costliest}.")])

    def _analyse(
        self, document: Document, operation: OperationDefinitionNode, given: Mapping[str, Any]
    ) -> Complexity:
        usual = defaults(operation)
        scale = CostAnalysis(self.schema, document.fragments, {**usual, **given})
        try:
            complexity = scale.analyse(operation)
        except RecursionError:
            raise OperationError([limit_exceeded("The document is nested too deeply.")]) from None
        complexities = document.complexities.setdefault(
            id(operation), KnownComplexities(tuple(sorted(complexity.sized_by)), usual)
        )
        complexities.keep(given, complexity)
        return complexity

    def _prepare(self, text: str, *, suggest: bool) -> Document:
        try:
            return self._prepared(text, suggest)
        except RecursionError:
            raise OperationError([limit_exceeded("The document is nested too deeply.")]) from None

    def _prepared(self, text: str, suggest: bool) -> Document:
        node, tokens = parsed(text, self.limits.tokens)
        deepest, aliases, introspection = outline(node)
        if deepest > self.limits.depth:
            raise _too_much("depth", deepest, self.limits.depth)
        if aliases > self.limits.aliases:
            raise _too_much("number of aliases", aliases, self.limits.aliases)
        if errors := validated(self.schema, node, suggest=suggest):
            raise OperationError([_as_limit(error) for error in errors])
        of_kind = node.definitions
        return Document(
            node,
            len(text) + tokens * BYTES_A_TOKEN,
            tuple(one for one in of_kind if isinstance(one, OperationDefinitionNode)),
            {one.name.value: one for one in of_kind if isinstance(one, FragmentDefinitionNode)},
            introspection,
        )


def rejected(message: str) -> OperationError:
    return OperationError([GraphQLError(message)])


def _as_limit(error: GraphQLError) -> GraphQLError:
    """graphql-core aborts validation if too many fields or fragments must be compared."""
    if isinstance(error, ValidationAbortedError):
        return limit_exceeded(f"The document is too complex. {error.message}")
    return error


def _too_much(what: str, is_: int, limit: int) -> OperationError:
    return OperationError(
        [limit_exceeded(f"The operation's {what} is {is_}; the limit is {limit}.")]
    )


def is_query(operation: OperationDefinitionNode) -> bool:
    return operation.operation is OperationType.QUERY


def is_subscription(operation: OperationDefinitionNode) -> bool:
    return operation.operation is OperationType.SUBSCRIPTION
