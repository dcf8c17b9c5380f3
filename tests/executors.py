"""The executors that have to answer alike; the first is the reference."""

import importlib
from typing import Any

from graphql import Executor

from resolvers.execution.reference_executor import ReferenceExecutor

EXECUTORS: list[type[Executor[Any]]] = [ReferenceExecutor]
try:
    compiled = importlib.import_module("resolvers.execution.compiled_executor")
except ModuleNotFoundError:
    pass
else:
    EXECUTORS.append(compiled.CompiledExecutor)
