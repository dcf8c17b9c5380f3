"""A field's arguments as Python values: inputs become their dataclasses."""

from collections.abc import Mapping, Sequence
from typing import Any

from strawberry.schema.config import StrawberryConfig
from strawberry.schema.types.scalar import DEFAULT_SCALAR_REGISTRY
from strawberry.types.arguments import convert_arguments

CONFIG = StrawberryConfig()


def python_arguments(given: Mapping[str, Any], arguments: Sequence[Any]) -> dict[str, Any]:
    """`given` by GraphQL's names, `arguments` as Strawberry declares them."""
    if not given:
        return {}
    return convert_arguments(dict(given), list(arguments), DEFAULT_SCALAR_REGISTRY, CONFIG)
