"""An engine asked over HTTP, a few questions at a time."""

from typing import Any

import orjson

from resolvers import http

SECONDS = 10.0
AT_ONCE = 4


class Failed(Exception):
    """The engine does not answer as it should; the message is for the log alone."""


class NotTranslated(Exception):
    """The engine does not translate this: it does not know the languages."""


class Http(http.Http):
    def __init__(self) -> None:
        super().__init__(AT_ONCE)

    async def json(self, method: str, url: str, **what: Any) -> Any:
        """What is answered, as JSON; raises Failed, or NotTranslated for a request that is said to
        be wrong."""
        try:
            answer = await self.ask(method, url, SECONDS, **what)
        except http.Unanswered as error:
            raise Failed(str(error)) from None
        if answer.status == 400:
            raise NotTranslated
        if answer.status != 200:
            raise Failed(answer.excerpt)
        try:
            return orjson.loads(answer.body)
        except ValueError:
            raise Failed(f"{answer.url} answers no JSON") from None
