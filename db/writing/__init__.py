"""Statements that change the diary, each with its step of the history and its row of the feed."""
