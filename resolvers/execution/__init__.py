"""Execution: declarations turned into answers."""
