"""The source of a plan's function: a function for each kind of object, then level after level."""

from graphql import (
    OperationType,
)

from resolvers.execution.builders import Builder, Source, field_name, known_test, waiting
from resolvers.execution.plan import Branch, Field, Plan, Step
from resolvers.execution.readers import load_of


def source_of(plan: Plan) -> Source:
    """The source of `async def execute_NAME(run, root)`, which answers the data."""
    made = Source(plan)
    made.add(0, f"async def {function_name(plan)}(run, root):")
    made.add(1, "schools = run.schools()")
    for position in plan.positions:
        if position.pending:
            made.add(1, f"{waiting(position)} = []")
    for position in reversed(plan.positions):
        Builder(made, position).write()
    for position in plan.positions:
        for each in position.fields:
            _write_known(made, each)
    made.add(1, "run.builders = {")
    for position in plan.positions:
        made.add(2, f"{position.number}: {position.name},")
    made.add(1, "}")
    made.lines.append(body(plan))
    serial = plan.operation.operation is OperationType.MUTATION
    for number, branch in enumerate(plan.branches):
        _write_branch(made, branch, guarded=serial and number > 0)
    made.add(1, "return data")
    return made


INDENT = 4


def body(plan: Plan) -> str:
    """The line at which the function begins to do something: what stands before is only made."""
    return " " * INDENT + f"data = {plan.root.name}(root)"


def function_name(plan: Plan) -> str:
    """A name that hides none of Python's, whatever the client calls its operation."""
    return f"execute_{plan.name}"


def _write_known(made: Source, each: Field) -> None:
    """Tell the run what the viewer may know of, for what it completes itself."""
    for child in each.below.values():
        test = known_test(child, each)
        if test is not None and not each.inline:
            made.add(1, f"run.known[{each.number}] = lambda x: {test('x')}")


def _write_branch(made: Source, branch: Branch, *, guarded: bool) -> None:
    if guarded:
        previous = made.plan.branches[made.plan.branches.index(branch) - 1]
        name = field_name(made, _root_field(made.plan, previous))
        made.add(1, f"if run.rises({name}, data):")
        made.add(2, "return data")
    for level, steps, calls in branch.levels():
        made.add(1, f"# Level {level}")
        coming = [_loading(made, step) for step in steps]
        if len(coming) == 1:
            made.add(1, f"await {coming[0]}")
        elif coming:
            made.add(1, f"await run.together({', '.join(coming)})")
        for position, each in calls:
            name = field_name(made, each)
            made.add(1, f"called = await run.call({name}, {waiting(position)})")
            made.add(1, "schools = run.schools()")
            made.add(1, f"run.answer({name}, called)")


def _root_field(plan: Plan, branch: Branch) -> Field:
    return plan.root.fields[plan.branches.index(branch)]


def _loading(made: Source, step: Step) -> str:
    name = made.name(f"{step.loader.name}_{len(made.names)}", load_of(step))
    lists = ", ".join(waiting(position) for position, _ in step.consumers)
    return f"run.load({name}, {lists})"
