"""Documents, parsed and validated once for each text, and held to the limits."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    parse,
    validate,
)
from graphql.validation.rules import overlapping_fields_can_be_merged
from graphql.validation.validate import ValidationAbortedError

from gateway.cost import Scale, Weight, defaults, outline
from gateway.errors import Rejected, limit_exceeded

MOST_WEIGHTS = 100
"""How many weights of one operation are kept."""
LONGEST_DATE = 10
# graphql's own 500,000 hold the event loop for more than a second.
overlapping_fields_can_be_merged.MAX_COMPLEXITY_BUDGET = 50_000


@dataclass(frozen=True, slots=True)
class Limits:
    tokens: int = 5_000
    depth: int = 15
    aliases: int = 100
    cost: int = 250_000
    cache_bytes: int = 4 << 20


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
class Documents:
    schema: GraphQLSchema
    limits: Limits = field(default_factory=Limits)
    cached: OrderedDict[str, Document] = field(default_factory=OrderedDict)
    cached_bytes: int = 0

    def get(self, text: str) -> Document:
        """The prepared document; raises `Rejected` if it is not valid or too large."""
        if (document := self.cached.get(text)) is not None:
            self.cached.move_to_end(text)
            return document
        try:
            document = self._prepare(text, len(text))
        except RecursionError:
            raise Rejected([limit_exceeded("The document is nested too deeply.")]) from None
        self._keep(text, document)
        return document

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
        if weight.cost > self.limits.cost:
            raise _too_much("cost", weight.cost, self.limits.cost)
        return operation

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

    def _prepare(self, text: str, size: int) -> Document:
        node = self._parse(text)
        deepest, aliases = outline(node)
        if deepest > self.limits.depth:
            raise _too_much("depth", deepest, self.limits.depth)
        if aliases > self.limits.aliases:
            raise _too_much("number of aliases", aliases, self.limits.aliases)
        if errors := validate(self.schema, node, max_errors=20):
            raise Rejected([_told_apart(error) for error in errors])
        of_kind = node.definitions
        return Document(
            node,
            size,
            tuple(one for one in of_kind if isinstance(one, OperationDefinitionNode)),
            {one.name.value: one for one in of_kind if isinstance(one, FragmentDefinitionNode)},
        )

    def _parse(self, text: str) -> DocumentNode:
        try:
            node = parse(text, max_tokens=self.limits.tokens)
        except GraphQLError as error:
            too_long = error.message.endswith("Parsing aborted.")
            raise Rejected([limit_exceeded(error.message) if too_long else error]) from None
        if _has_nul(node):
            raise rejected("A string of the document contains the character U+0000.")
        return node

    def _keep(self, text: str, document: Document) -> None:
        self.cached[text] = document
        self.cached_bytes += document.size
        while self.cached_bytes > self.limits.cache_bytes:
            _, dropped = self.cached.popitem(last=False)
            self.cached_bytes -= dropped.size


def _has_nul(document: DocumentNode) -> bool:
    """Whether a string of it holds what PostgreSQL cannot store."""
    token = document.loc.start_token if document.loc else None
    while token is not None:
        if token.value is not None and "\0" in token.value:
            return True
        token = token.next
    return False


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
