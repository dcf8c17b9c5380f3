"""The source of a plan's function: functions that make objects, then what is done at each level."""

from graphql import OperationType

from resolvers.execution.builders import (
    Builder,
    Script,
    field_name,
    list_visibility_test,
    parents,
    visibility_test,
)
from resolvers.execution.calls import call_resolver, write_results
from resolvers.execution.fallback import Unusual, slow_object
from resolvers.execution.loading import Load, together
from resolvers.execution.null_propagation import null_rises
from resolvers.execution.plan import Branch, Field, Plan, PlannedLoad
from resolvers.viewer import NOBODY, holds_on

INDENT = 4
CALLED = (Unusual, call_resolver, null_rises, slow_object, together, write_results)
"""What every function may call, by its own name."""


def source_of(plan: Plan) -> Script:
    """The source of `async def execute_NAME(run, root)`, which returns the data."""
    script = Script(plan)
    script.add(0, f"async def {function_name(plan)}(run, root):")
    script.add(1, "schools = run.schools()")
    for position in plan.positions:
        if position.pending:
            script.add(1, f"{parents(position)} = []")
    for position in reversed(plan.positions):
        Builder(script, position).write()
    script.add(1, "builders, visible = run.completion.builders, run.completion.visible")
    script.add(1, "all_visible = run.completion.all_visible")
    for position in plan.positions:
        script.add(1, f"builders[{position.number}] = {position.name}")
        for field in position.fields:
            _write_visibility(script, field)
    script.lines.append(body(plan))
    serial = plan.operation.operation is OperationType.MUTATION
    for number, branch in enumerate(plan.branches):
        _write_branch(script, branch, guarded=serial and number > 0)
    script.add(1, "return data")
    script.names.update({each.__name__: each for each in CALLED}, NOBODY=NOBODY, holds_on=holds_on)
    return script


def body(plan: Plan) -> str:
    """The first line that does something; the lines before it define functions."""
    return " " * INDENT + f"data = {plan.root.name}(root)"


def function_name(plan: Plan) -> str:
    """A name that shadows no other, whatever the client calls its operation."""
    return f"execute_{plan.name}"


def _write_visibility(script: Script, field: Field) -> None:
    """Tell the run's `Completion` which records of the field are visible to the viewer."""
    for child in field.below.values():
        test = visibility_test(child, field)
        if test is not None and not field.inline:
            script.add(1, f"visible[{field.number}] = lambda x: {test('x')}")
        common = list_visibility_test(child, field)
        if common is not None and not field.inline:
            script.add(1, f"all_visible[{field.number}] = lambda x: {common('x')}")


def _write_branch(script: Script, branch: Branch, *, guarded: bool) -> None:
    if guarded:
        previous = script.plan.branches[script.plan.branches.index(branch) - 1]
        name = field_name(script, _root_field(script.plan, previous))
        script.add(1, f"if null_rises(run.failures, {name}, data):")
        script.add(2, "return data")
    for level, loads, calls in branch.levels():
        script.add(1, f"# Level {level}")
        coming = [_load_call(script, load) for load in loads]
        if len(coming) == 1:
            script.add(1, f"await {coming[0]}")
        elif coming:
            script.add(1, f"await together({', '.join(coming)})")
        for position, field in calls:
            name = field_name(script, field)
            script.add(1, f"results = await call_resolver(run, {name}, {parents(position)})")
            script.add(1, "schools = run.schools()")
            script.add(1, f"write_results(run, {name}, results)")


def _root_field(plan: Plan, branch: Branch) -> Field:
    return plan.root.fields[plan.branches.index(branch)]


def _load_call(script: Script, load: PlannedLoad) -> str:
    name = script.name(f"{load.loader.name}_{len(script.names)}", Load.of(load).entry)
    lists = ", ".join(parents(position) for position, _ in load.consumers)
    return f"{name}(run, {lists})"
