"""Content negotiation: the media types that a client accepts, among those that the gateway has."""

from functools import lru_cache

from gateway.errors import RequestError

RESPONSE = "application/graphql-response+json"
JSON = "application/json"
EVENTS = "text/event-stream"
MOST_WISHES = 50
"""Media ranges of a header that are read; browsers send a dozen."""
SPOKEN = (RESPONSE, JSON, EVENTS)


@lru_cache(maxsize=256)
def acceptable(header: str) -> tuple[str, ...]:
    """The acceptable media types, best first; raises `RequestError` if there are none.

    Without the header, and for `*/*`, the first is plain JSON, which every client can read.
    """
    best: dict[str, float] = {}
    for part in (header or "*/*").split(",", MOST_WISHES)[:MOST_WISHES]:
        wish, *parameters = (word.strip().lower() for word in part.split(";", MOST_WISHES))
        quality = _quality(parameters)
        for spoken in _matches(wish):
            if "*" not in wish or spoken not in best:
                best[spoken] = quality
    ranked = sorted((one for one in best if best[one] > 0), key=lambda one: -best[one])
    if not ranked:
        raise RequestError(406, f"The gateway answers with {', '.join(SPOKEN)}.")
    return tuple(ranked)


def _matches(wish: str) -> tuple[str, ...]:
    """The media types that a media range covers. A wildcard prefers answers that are not
    streams."""
    if wish == "*/*":
        return (JSON, RESPONSE)
    if wish == "application/*":
        return (RESPONSE, JSON)
    if wish == "text/*":
        return (EVENTS,)
    return (wish,) if wish in SPOKEN else ()


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return float(parameter[2:])
            except ValueError:
                return 0.0
    return 1.0
