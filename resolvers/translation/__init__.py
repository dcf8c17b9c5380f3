"""Texts translated by the engine that the settings name."""

from resolvers.translation.engines import Engine
from resolvers.translation.translator import Translator

__all__ = ["Engine", "Translator"]
