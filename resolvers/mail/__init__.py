"""E-mail: letters in the languages of families, sent from a queue over SMTP."""

from resolvers.mail.letters import Letter, Ready, letter
from resolvers.mail.post import Post
from resolvers.mail.terms import Terms

__all__ = ["Letter", "Post", "Ready", "Terms", "letter"]
