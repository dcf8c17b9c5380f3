"""Whether a statement stays on the worker of its school, read from its text as PostgreSQL parses
it: in each query, every distributed table's `school_id` equals a parameter."""

from collections.abc import Iterable, Iterator
from typing import Any

from pglast import ast, parse_sql
from pglast.enums import A_Expr_Kind, BoolExprType, SetOperation

from db.cluster import Place, place_of
from db.tables import metadata

DISTRIBUTED = frozenset(
    name for name, table in metadata.tables.items() if place_of(table) is Place.DISTRIBUTED
)
PARAMETER = "a parameter"
Node = Any  # of pglast's many classes
WRITES = (ast.InsertStmt, ast.UpdateStmt, ast.DeleteStmt, ast.MergeStmt)


def is_a(node: Node, classes: Any) -> bool:
    """As isinstance, of nodes whose attributes pglast types by halves."""
    return isinstance(node, classes)


def read(text: str) -> Node:
    """The statement's tree."""
    (raw,) = parse_sql(text)
    return raw.stmt


def unbound(tree: Node) -> list[str]:
    """The tables that the statement reads or writes for no school that a parameter names."""
    return sorted(set(_query(tree, frozenset())))


def inserts_what_it_writes(tree: Node) -> bool:
    """Whether an INSERT that is no CTE itself reads a CTE that writes: Citus refuses it."""
    return (
        is_a(tree, ast.InsertStmt)
        and tree.relation.relname in DISTRIBUTED
        and getattr(tree.selectStmt, "valuesLists", None) is None
        and any(is_a(each.ctequery, WRITES) for each in _ctes(tree))
    )


class Level:
    """One query: its tables and subqueries by their aliases, and what equals what."""

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names
        """The names of CTEs, which are no tables."""
        self.tables: dict[str, str] = {}
        self.alike: list[set[str]] = []

    def equate(self, left: str | None, right: str | None) -> None:
        if left is None or right is None:
            return
        merged = {left, right}
        for group in [each for each in self.alike if each & merged]:
            merged |= group
            self.alike.remove(group)
        self.alike.append(merged)

    @property
    def bound(self) -> set[str]:
        return {each for group in self.alike if PARAMETER in group for each in group}


def _query(node: Node, names: frozenset[str], around: Level | None = None) -> Iterator[str]:
    """The unbound tables of a query and of those in it."""
    for cte in _ctes(node):
        yield from _query(cte.ctequery, names)
        names |= {cte.ctename}
    if is_a(node, ast.SelectStmt) and node.op is not SetOperation.SETOP_NONE:
        yield from _query(node.larg, names)
        yield from _query(node.rarg, names)
        return
    level = Level(names)
    if around is not None:  # a condition that becomes a join with the tables around it
        level.alike = [set(each) for each in around.alike]
    yield from _sources(node, level)
    if is_a(node, ast.InsertStmt):
        target = node.relation.relname
        if target in DISTRIBUTED and "school_id" not in {each.name for each in node.cols or ()}:
            yield target
        if node.selectStmt is not None:
            yield from _query(node.selectStmt, names)
        return
    joined = _conditions(node, level)
    for table in (alias for alias in level.tables if alias not in level.bound):
        yield level.tables[table]
    for link in _links(node):
        yield from _query(link.subselect, names, level if link in joined else None)


def _ctes(node: Node) -> Iterable[Node]:
    clause = getattr(node, "withClause", None)
    return () if clause is None else clause.ctes


def _sources(node: Node, level: Level) -> Iterator[str]:
    relation = getattr(node, "relation", None)
    froms = [relation] if relation is not None and not is_a(node, ast.InsertStmt) else []
    froms += [
        *(getattr(node, "fromClause", None) or ()),
        *(getattr(node, "usingClause", None) or ()),
    ]
    while froms:
        each = froms.pop()
        if is_a(each, ast.JoinExpr):
            froms += [each.larg, each.rarg]
            _equal(each.quals, level)
            for used in each.usingClause or ():
                if used.sval == "school_id":
                    level.equate(_alias(each.larg), _alias(each.rarg))
        elif is_a(each, ast.RangeVar):
            if each.relname in DISTRIBUTED and each.relname not in level.names:
                level.tables[_alias(each) or ""] = each.relname
        elif is_a(each, ast.RangeSubselect):
            yield from _query(each.subquery, level.names, level if each.lateral else None)
            if _opens(each.subquery, level.names):
                level.equate(_alias(each), PARAMETER)


def _opens(query: Node, names: frozenset[str]) -> bool:
    """Whether the `school_id` of a subquery is a bound one, and the planner sees it from outside,
    since the subquery does nothing but join and choose."""
    hides = (query.groupClause, query.distinctClause, query.valuesLists, query.withClause)
    if query.op is not SetOperation.SETOP_NONE or any(hides) or query.limitCount:
        return False
    level = Level(names)
    list(_sources(query, level))
    _conditions(query, level)
    return any(
        is_a(each.val, ast.ColumnRef) and _school(each.val) in level.bound
        for each in query.targetList or ()
    )


def _conditions(node: Node, level: Level) -> list[Node]:
    """Note what equals what; returns the subqueries that become joins."""
    return _equal(getattr(node, "whereClause", None), level)


def _equal(node: Node, level: Level) -> list[Node]:
    links: list[Node] = []
    if is_a(node, ast.BoolExpr):
        if node.boolop is BoolExprType.AND_EXPR:
            return [link for each in node.args for link in _equal(each, level)]
        if node.boolop is BoolExprType.NOT_EXPR and is_a(node.args[0], ast.SubLink):
            return [node.args[0]]
    elif is_a(node, ast.SubLink):
        links.append(node)
    elif is_a(node, ast.A_Expr) and _is_equality(node):
        pairs = [(node.lexpr, node.rexpr)]
        if is_a(node.lexpr, ast.RowExpr) and is_a(node.rexpr, ast.RowExpr):
            pairs = list(zip(node.lexpr.args, node.rexpr.args, strict=True))
        for left, right in pairs:
            level.equate(_school(left), _school(right))
    return links


def _is_equality(node: Node) -> bool:
    return node.kind is A_Expr_Kind.AEXPR_OP and node.name[-1].sval == "="


def _school(node: Node) -> str | None:
    """The alias whose `school_id` it is, or that it is a parameter."""
    if is_a(node, ast.TypeCast):
        return _school(node.arg)
    if is_a(node, (ast.ParamRef, ast.A_Const)):
        return PARAMETER
    names: Any = node.fields if is_a(node, ast.ColumnRef) else ()
    is_school = len(names) > 1 and getattr(names[-1], "sval", None) == "school_id"
    return str(names[0].sval) if is_school else None


def _alias(node: Node) -> str | None:
    if getattr(node, "alias", None) is not None:
        return str(node.alias.aliasname)
    return getattr(node, "relname", None)


def _links(node: Node) -> Iterator[Node]:
    """The subqueries in a query's expressions, but for those in its FROM and its CTEs."""
    skipped = ("withClause", "larg", "rarg", "selectStmt")
    waiting = [getattr(node, name) for name in node if name not in skipped]
    while waiting:
        each = waiting.pop()
        if is_a(each, (tuple, list)):
            waiting += each
        elif is_a(each, ast.SubLink):
            yield each
            waiting.append(each.testexpr)
        elif is_a(each, ast.Node) and not is_a(each, ast.RangeSubselect):
            waiting += [getattr(each, name) for name in each]
