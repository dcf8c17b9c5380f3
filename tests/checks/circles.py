"""No modules of ours import each other in a circle; imports for the type checker alone are none."""

from collections.abc import Iterable, Mapping

from grimp import build_graph

PACKAGES = ("gateway", "schema", "resolvers", "db", "domain")


def circles() -> list[str]:
    """A line for each module in a circle, or between two circles."""
    first, *others = PACKAGES
    graph = build_graph(first, *others, exclude_type_checking_imports=True, cache_dir=None)
    imported = {each: graph.find_modules_directly_imported_by(each) for each in graph.modules}
    return [
        f"{module} is in a circle of imports, by {', '.join(sorted(by))}"
        for module, by in sorted(left_in(imported).items())
    ]


def left_in(imported: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    """What each module imports, without those that import none of the others, or that none of the
    others imports, as long as there are any."""
    left = {module: set(of) for module, of in imported.items()}
    while True:
        used = set().union(*left.values())
        there = {module for module, of in left.items() if of and module in used}
        if len(there) == len(left):
            return left
        left = {module: left[module] & there for module in there}
