"""Documents, parsed and validated once for each text, and held to the limits."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
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

from gateway.cost import Scale, Weight, defaults, outline
from gateway.errors import Rejected, limit_exceeded
from gateway.parsing import parsed, validated

T = TypeVar("T")
MOST_WEIGHTS = 100
"""How many weights of one operation are kept."""
LONGEST_DATE = 10
BYTES_A_TOKEN = 350
"""Of memory, that the syntax tree takes for each token of the text."""
SHORT = 4_000
"""Up to how many characters a document goes before the long ones: it takes some milliseconds."""
NEW = 8
"""The part of the cache's memory that documents have which were asked for once: what never comes
again can't drive out what comes often."""


@dataclass(frozen=True, slots=True)
class Limits:
    tokens: int = 5_000
    depth: int = 15
    aliases: int = 100
    cost: int = 250_000
    introspection: int = 100_000
    values: int = 10_000
    cache_bytes: int = 32 << 20


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights of one operation, by the values of the variables that set lengths of lists."""

    sized_by: tuple[str, ...]
    defaults: Mapping[str, object]
    known: dict[tuple[object, ...], Weight] = field(default_factory=dict)

    def key(self, given: Mapping[str, Any]) -> tuple[object, ...]:
        return tuple(
            _size(given[name] if name in given else self.defaults.get(name))
            for name in self.sized_by
        )

    def keep(self, given: Mapping[str, Any], weight: Weight) -> None:
        if len(self.known) >= MOST_WEIGHTS:
            self.known.clear()
        self.known[self.key(given)] = weight


def _size(value: object) -> object:
    """As much of a variable's value as the weight may depend on, and little to keep."""
    if isinstance(value, list):
        return ("list", len(value))
    if isinstance(value, int):
        return value
    return value if isinstance(value, str) and len(value) <= LONGEST_DATE else None


@dataclass(frozen=True, slots=True)
class Document:
    """A valid document, with the weights of its operations."""

    node: DocumentNode
    size: int
    operations: tuple[OperationDefinitionNode, ...]
    fragments: Mapping[str, FragmentDefinitionNode]
    introspection: FieldNode | None = None
    """A field by which it asks the schema for itself."""
    weights: dict[int, Weights] = field(default_factory=dict)

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation of the name, or the only one."""
        if name is None:
            if len(self.operations) != 1:
                raise rejected("Must provide operation name if query contains multiple operations.")
            return self.operations[0]
        for operation in self.operations:
            if operation.name and operation.name.value == name:
                return operation
        raise rejected(f"Unknown operation named '{name}'.")


@dataclass(slots=True)
class Shelf:
    """Documents by their texts, those asked for longest ago dropped where they take too much."""

    most_bytes: int
    documents: OrderedDict[str, Document] = field(default_factory=OrderedDict)
    bytes: int = 0

    def add(self, text: str, document: Document) -> list[Document]:
        """Returns what was dropped for it."""
        dropped = [one for one in (self.take(text),) if one is not None]
        self.documents[text] = document
        self.bytes += document.size
        while self.bytes > self.most_bytes:
            _, last = self.documents.popitem(last=False)
            self.bytes -= last.size
            dropped.append(last)
        return dropped

    def take(self, text: str) -> Document | None:
        document = self.documents.pop(text, None)
        if document is not None:
            self.bytes -= document.size
        return document


class Threads:
    """Where documents are parsed, validated and compiled: what a client may send takes up to some
    tenths of a second, and a thread leaves the event loop its turns. Short ones have one of their
    own, so that they do not wait behind the long."""

    def __init__(self) -> None:
        self.short = ThreadPoolExecutor(1, "documents")
        self.long = ThreadPoolExecutor(1, "long-documents")

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
    """Told of each document that is not kept any more."""
    threads: Threads = field(default_factory=Threads)
    new: Shelf = field(init=False)
    old: Shelf = field(init=False)
    coming: dict[tuple[str, bool], "asyncio.Future[Document | list[GraphQLError]]"] = field(
        default_factory=dict
    )

    def __post_init__(self) -> None:
        new = self.limits.cache_bytes // NEW
        self.new, self.old = Shelf(new), Shelf(self.limits.cache_bytes - new)

    def known(self, text: str) -> Document | None:
        """The document, if it was prepared before."""
        if (document := self.old.documents.get(text)) is not None:
            self.old.documents.move_to_end(text)
        elif (document := self.new.take(text)) is not None:
            self._dropped(self.old.add(text, document))
        return document

    def get(self, text: str, *, suggest: bool = True) -> Document:
        """The prepared document; raises `Rejected` if it is not valid or too large. Its errors
        suggest names that a misspelt one may stand for, or do not."""
        if (document := self.known(text)) is None:
            document = self._prepare(text, suggest=suggest)
            self._dropped(self.new.add(text, document))
        return document

    async def coming_from(self, text: str, *, suggest: bool) -> Document:
        """As `get`, prepared in a thread, once for all who ask for it meanwhile."""
        if (document := self.known(text)) is not None:
            return document
        key = text, suggest
        if (coming := self.coming.get(key)) is None:
            coming = self.coming[key] = asyncio.ensure_future(self._come(key))
        found = await asyncio.shield(coming)
        if isinstance(found, Document):
            return found
        # An error that refers to this frame may not be referred to by it.
        raise Rejected(found)

    async def _come(self, key: tuple[str, bool]) -> "Document | list[GraphQLError]":
        text, suggest = key

        def prepare() -> Document | list[GraphQLError]:
            try:
                return self._prepare(text, suggest=suggest)
            except Rejected as rejected:
                return rejected.errors

        try:
            found = await self.threads.run(prepare, len(text))
        finally:
            del self.coming[key]
        if isinstance(found, Document):
            self._dropped(self.new.add(text, found))
        return found

    def _dropped(self, documents: Iterable[Document]) -> None:
        for document in documents:
            self.forget(document.node)

    def check(
        self, document: Document, name: str | None, variables: Mapping[str, Any]
    ) -> OperationDefinitionNode:
        """The operation to run; raises `Rejected` if it is too deep or too dear."""
        operation = document.operation(name)
        known = document.weights.get(id(operation))
        weight = known.known.get(known.key(variables)) if known is not None else None
        if weight is None:
            weight = self._weigh(document, operation, variables)
        if weight.depth > self.limits.depth:
            raise _too_much("depth", weight.depth, self.limits.depth)
        if weight.introspection > self.limits.introspection:
            raise _too_much("introspection", weight.introspection, self.limits.introspection)
        if weight.cost > self.limits.cost:
            raise self._too_dear(document, operation, variables, weight.cost)
        return operation

    def _too_dear(
        self,
        document: Document,
        operation: OperationDefinitionNode,
        given: Mapping[str, Any],
        cost: int,
    ) -> Rejected:
        scale = Scale(self.schema, document.fragments, {**defaults(operation), **given})
        return Rejected(
            [
                limit_exceeded(
                    f"The operation's cost is {cost}; the limit is {self.limits.cost}."
                    f" What costs most is {scale.dearest(operation)}."
                )
            ]
        )

    def _weigh(
        self, document: Document, operation: OperationDefinitionNode, given: Mapping[str, Any]
    ) -> Weight:
        usual = defaults(operation)
        scale = Scale(self.schema, document.fragments, {**usual, **given})
        try:
            weight = scale.weigh(operation)
        except RecursionError:
            raise Rejected([limit_exceeded("The document is nested too deeply.")]) from None
        weights = document.weights.setdefault(
            id(operation), Weights(tuple(sorted(weight.sized_by)), usual)
        )
        weights.keep(given, weight)
        return weight

    def _prepare(self, text: str, *, suggest: bool) -> Document:
        try:
            return self._prepared(text, suggest)
        except RecursionError:
            raise Rejected([limit_exceeded("The document is nested too deeply.")]) from None

    def _prepared(self, text: str, suggest: bool) -> Document:
        node, tokens = parsed(text, self.limits.tokens)
        deepest, aliases, introspection = outline(node)
        if deepest > self.limits.depth:
            raise _too_much("depth", deepest, self.limits.depth)
        if aliases > self.limits.aliases:
            raise _too_much("number of aliases", aliases, self.limits.aliases)
        if errors := validated(self.schema, node, suggest=suggest):
            raise Rejected([_told_apart(error) for error in errors])
        of_kind = node.definitions
        return Document(
            node,
            len(text) + tokens * BYTES_A_TOKEN,
            tuple(one for one in of_kind if isinstance(one, OperationDefinitionNode)),
            {one.name.value: one for one in of_kind if isinstance(one, FragmentDefinitionNode)},
            introspection,
        )


def rejected(message: str) -> Rejected:
    return Rejected([GraphQLError(message)])


def _told_apart(error: GraphQLError) -> GraphQLError:
    """graphql gives up where too many fields or fragments would have to be compared."""
    if isinstance(error, ValidationAbortedError):
        return limit_exceeded(f"The document is too complex. {error.message}")
    return error


def _too_much(what: str, is_: int, limit: int) -> Rejected:
    return Rejected([limit_exceeded(f"The operation's {what} is {is_}; the limit is {limit}.")])


def is_query(operation: OperationDefinitionNode) -> bool:
    return operation.operation is OperationType.QUERY


def is_subscription(operation: OperationDefinitionNode) -> bool:
    return operation.operation is OperationType.SUBSCRIPTION
