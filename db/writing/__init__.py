"""Statements that change what a diary shows, each with its history and its row of the feed."""
