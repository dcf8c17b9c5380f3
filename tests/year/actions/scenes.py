"""A scene: something that happens on one day, in the morning, before anybody has asked anything."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Scene:
    day: date
    play: Callable[[], Awaitable[None]]
