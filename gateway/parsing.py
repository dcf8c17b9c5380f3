"""Parsing and validation of documents, without reference cycles."""

import importlib
from collections.abc import Iterator
from typing import NamedTuple

from graphql import (
    SKIP,
    ArgumentNode,
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLInputType,
    GraphQLSchema,
    ListValueNode,
    ObjectValueNode,
    ParallelVisitor,
    Token,
    TokenKind,
    TypeInfo,
    TypeInfoVisitor,
    ValidationContext,
    ValueNode,
    ValuesOfCorrectTypeRule,
    VariableDefinitionNode,
    Visitor,
    VisitorAction,
    specified_rules,
    visit,
)
from graphql.language.parser import Parser, nested_too_deeply_error
from graphql.language.visitor import EnterLeaveVisitor
from graphql.pyutils.suggestion_list import LexicalDistance
from graphql.utilities import validate_input_literal
from graphql.validation.rules import overlapping_fields_can_be_merged
from graphql.validation.validate import (
    FragmentNestingVisitor,
    ValidationAbortedError,
    query_document_keys_to_validate,
)
from graphql.validation.validation_context import VariableUsageVisitor

from gateway.errors import OperationError, limit_exceeded, release_frames

suggesting = importlib.import_module("graphql.pyutils.suggestion_list")  # a function has its name
# The default of 500,000 takes more than a second.
overlapping_fields_can_be_merged.MAX_COMPLEXITY_BUDGET = 50_000
MOST_ERRORS = 20
LONGEST_NAME = 200
"""Characters of a name: unknown names are compared with all known ones."""
TOO_MANY_ERRORS = "Too many validation errors, error limit reached. Validation aborted."
LONGEST_NUMBER = 100
"""Characters of a number: Python does not read more than 4,300 digits, and no scalar needs more
than these."""
NUMBERS = frozenset({TokenKind.INT, TokenKind.FLOAT})


class Parsed(NamedTuple):
    node: DocumentNode
    tokens: int


def parsed(text: str, most_tokens: int) -> Parsed:
    """Parse a document; raises `OperationError` if the text is invalid or too long."""
    parser = Parser(text, max_tokens=most_tokens)
    first = parser._lexer.token
    try:
        node = _document(parser)
        tokens = 0
        for token in following(first):
            tokens += 1
            if wrong := _unreadable(token):
                raise GraphQLError(wrong, source=parser._lexer.source, positions=[token.start])
    except GraphQLError as error:
        too_long = error.message.endswith("Parsing aborted.")
        refused = limit_exceeded(error.message) if too_long else error.with_traceback(None)
        raise OperationError([refused]) from None
    finally:
        # Tokens form a doubly linked list. Its cycles would keep thousands of tokens, and the nodes
        # that refer to them, until the garbage collector runs.
        for token in following(first):
            token.prev = token.next = None
    return Parsed(node, tokens)


def _document(parser: Parser) -> DocumentNode:
    try:
        return parser.parse_document()
    except RecursionError:
        pass
    raise nested_too_deeply_error(parser)


def following(first: Token) -> Iterator[Token]:
    """The token and those after it, each of which may be unlinked meanwhile."""
    token: Token | None = first
    while token is not None:
        after = token.next
        yield token
        token = after


def _unreadable(token: Token) -> str | None:
    """Why a token is refused although GraphQL allows it."""
    value = token.value
    if value is None:
        return None
    if "\0" in value:
        return "A string of the document contains the character U+0000."
    if len(value) > LONGEST_NAME and token.kind is TokenKind.NAME:
        return f"A name of the document has more than {LONGEST_NAME} characters."
    if len(value) > LONGEST_NUMBER and token.kind in NUMBERS:
        return f"A number of the document has more than {LONGEST_NUMBER} characters."
    return None


def validated(schema: GraphQLSchema, node: DocumentNode, *, suggest: bool) -> list[GraphQLError]:
    """The validation errors of the document, with or without suggestions of names.

    This is graphql-core's `validate`, except that it clears its objects at the end: rules refer to
    their own methods, and such cycles would keep the document until the garbage collector runs.
    """
    errors: list[GraphQLError] = []

    def found(error: GraphQLError) -> None:
        if len(errors) >= MOST_ERRORS:
            raise ValidationAbortedError(TOO_MANY_ERRORS)
        release_frames(error)
        errors.append(error)

    types = TypeInfo(schema)
    context = ValidationContext(schema, node, types, found, hide_suggestions=not suggest)
    fragments = {
        one.name.value: one for one in node.definitions if isinstance(one, FragmentDefinitionNode)
    }
    rules: list[Visitor] = [rule(context) for rule in RULES]
    rules.insert(0, FragmentNestingVisitor(fragments))
    every = ParallelVisitor(rules)
    try:
        visit(node, TypeInfoVisitor(types, every), query_document_keys_to_validate)
    except ValidationAbortedError as error:
        errors.append(ValidationAbortedError(error.message))
        release_frames(error)
    except RecursionError:
        errors.append(ValidationAbortedError("Validation aborted."))
    finally:
        for made in (*rules, every, context):
            vars(made).clear()
    return errors


class ValuesOfCorrectType(ValuesOfCorrectTypeRule):
    """Adds to a scalar's error the place, and the argument or variable."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self.within = ""

    def enter_argument(self, node: ArgumentNode, *_: object) -> None:
        self.within = f"Argument '{node.name.value}'"

    def enter_variable_definition(self, node: VariableDefinitionNode, *_: object) -> None:
        self.within = f"Variable '${node.variable.name.value}'"

    def is_valid_value_node(
        self, node: ValueNode, input_type: GraphQLInputType | None
    ) -> VisitorAction:
        def found(error: GraphQLError, path: list[str | int]) -> None:
            if not error.nodes:
                error = self._placed(error, node, path)
            self.report_error(error)

        if input_type:
            validate_input_literal(
                node, input_type, found, hide_suggestions=self.context.hide_suggestions
            )
        return SKIP

    def _placed(self, error: GraphQLError, node: ValueNode, path: list[str | int]) -> GraphQLError:
        place = f" at '{'.'.join(map(str, path))}'" if path else ""
        message = f"{self.within} has an invalid value{place}: {error.message}"
        return GraphQLError(message, _within(node, path))


def _within(node: ValueNode, path: list[str | int]) -> ValueNode:
    """The value at the path in a literal, as far as the literal has it."""
    for key in path:
        if isinstance(node, ObjectValueNode):
            found = next((one.value for one in node.fields if one.name.value == key), None)
        elif isinstance(node, ListValueNode) and isinstance(key, int) and key < len(node.values):
            found = node.values[key]
        else:
            found = None
        if found is None:
            break
        node = found
    return node


RULES = [
    ValuesOfCorrectType if rule is ValuesOfCorrectTypeRule else rule for rule in specified_rules
]


class BoundedDistance(LexicalDistance):
    """Suggests nothing for text that is longer than any name: a value may have a million
    characters."""

    def __init__(self, written: str) -> None:
        super().__init__(written if len(written) <= LONGEST_NAME else "")

    def measure(self, option: str, threshold: int) -> int | None:
        return super().measure(option, threshold) if self._input else None


suggesting.LexicalDistance = BoundedDistance  # type: ignore[attr-defined]


def _unkept(self: Visitor, kind: str) -> EnterLeaveVisitor:
    """As in graphql-core, but not cached."""
    return EnterLeaveVisitor(self.enter, self.leave)  # type: ignore[attr-defined]


def _unkept_usage(self: Visitor, kind: str) -> EnterLeaveVisitor:
    return EnterLeaveVisitor(getattr(self, f"enter_{kind}", None), None)


TypeInfoVisitor.get_enter_leave_for_kind = _unkept  # type: ignore[method-assign]
VariableUsageVisitor.get_enter_leave_for_kind = _unkept_usage  # type: ignore[method-assign]
