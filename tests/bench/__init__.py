"""Measurements, outside the suite."""

from schema.build import schema

__all__ = ["schema"]  # with it all nouns are declared, whose ids are made here
