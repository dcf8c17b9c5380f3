"""Translations: kept, counted for each account, and asked for where they are not kept."""

import logging
import re
from dataclasses import dataclass
from datetime import date
from time import monotonic
from typing import Any, cast
from uuid import UUID

from db.reading.dictionaries import Used, characters_used, translation_kept
from db.store import Store
from db.writing import dictionaries as writing
from domain.clock import now
from domain.refusals import UserErrorCode, refused
from domain.translation import KEPT_FOR, LONGEST, Translated, digest_of
from resolvers.declarations.parsing import text_of
from resolvers.translation.asking import Failed, Http, NotTranslated
from resolvers.translation.engines import Engine

Code = UserErrorCode
log = logging.getLogger(__name__)
LANGUAGES_FOR = 3_600.0
AGAIN_AFTER = 60.0
"""Seconds after which an engine that did not tell its languages is asked for them anew."""
LANGUAGE, MOST_LANGUAGES = re.compile(r"[A-Za-z0-9-]{2,32}"), 500
NONE = "No translator is set up: ask whoever runs the gateway."
AWAY = "The translator does not answer as it should: try again later."


@dataclass(frozen=True, slots=True)
class Translation:
    text: str
    source: str | None
    kept: bool


class Translator:
    """Without an engine, everything that is asked of it is NOT_CONFIGURED."""

    def __init__(self, engine: Engine | None = None, name: str = "", *, a_day: int = 0) -> None:
        self._engine, self._name, self._a_day = engine, name, a_day
        self._http = Http()
        self._languages: list[str] = []
        self._ask_at = 0.0

    @property
    def configured(self) -> bool:
        return self._engine is not None

    async def close(self) -> None:
        await self._http.close()

    async def translate(
        self, store: Store, account: UUID, text: str, source: str | None, target: str
    ) -> Translation:
        """Raises Refused. What is kept counts nothing, nor does what the engine failed at."""
        if self._engine is None:
            raise refused(Code.NOT_CONFIGURED, NONE)
        text = text_of(text, LONGEST, "text")
        digest = digest_of(account, self._name, source, target, text)
        kept: Any = await store.first(translation_kept, digest=digest, since=now() - KEPT_FOR)
        if kept is not None:
            return Translation(kept.text, kept.source, True)
        use = {"account": account, "today": _today(), "many": len(text)}
        if await store.first(writing.use_characters, most=self._a_day, **use) is None:
            message = f"You may have {self._a_day} characters translated a day: go on tomorrow."
            raise refused(Code.RATE_LIMITED, message, "text")
        found = None
        try:
            found = await self._ask(self._engine, text, source, target)
        finally:
            if found is None:
                await store.fetch(writing.give_characters_back, **use)
        answer = {"text": found.text, "source": found.source}
        await store.fetch(writing.keep_translation, digest=digest, **answer)
        return Translation(found.text, found.source, False)

    async def _ask(self, engine: Engine, text: str, source: str | None, target: str) -> Translated:
        try:
            found = await engine.translate(self._http, text, source, target)
        except NotTranslated:
            message = "The translator does not translate between these languages."
            raise refused(Code.BAD_INPUT, message, "to") from None
        except Failed as failure:
            log.warning("A text was not translated: %s", failure)
            raise refused(Code.UNAVAILABLE, AWAY) from None
        return Translated(found.text.replace("\0", ""), found.source and found.source[:32])

    async def left(self, store: Store, account: UUID) -> int:
        """How many characters more the account may have translated today."""
        row = await store.first(characters_used, account=account, today=_today())
        used = 0 if row is None else cast("Used", row).characters
        return max(0, self._a_day - used)

    async def languages(self) -> list[str] | None:
        """Into which the engine translates, of the last hour; None where it does not say."""
        if self._engine is None:
            return None
        if monotonic() >= self._ask_at:
            # Meanwhile others are answered with what is known.
            self._ask_at = monotonic() + AGAIN_AFTER
            try:
                self._languages = _checked(await self._engine.languages(self._http))
                self._ask_at = monotonic() + LANGUAGES_FOR
            except (Failed, NotTranslated) as failure:
                log.warning("The translator's languages are not known: %s", failure)
        return self._languages or None

    async def drop_old(self, store: Store) -> None:
        await store.fetch(writing.drop_old_translations, before=now() - KEPT_FOR)
        await store.fetch(writing.drop_old_uses, before=_today())


def _checked(told: list[str]) -> list[str]:
    """The languages that an engine tells, as far as they look like some."""
    return [each for each in told if LANGUAGE.fullmatch(each)][:MOST_LANGUAGES]


def _today() -> date:
    return now().date()
