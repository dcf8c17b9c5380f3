"""Answers that a client may keep, and asks about again by their tags (RFC 9110, section 13)."""

from starlette.requests import Request


def knows(request: Request, tag: str) -> bool:
    """Whether the client has what the tag, in its quotes, stands for."""
    sent = request.headers.get("if-none-match", "")
    tags = [each.strip().removeprefix("W/") for each in sent.split(",")]
    return tag in tags or tags == ["*"]
