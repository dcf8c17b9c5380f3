"""The engines: each is one small class, which words a question and reads its answer.

To add one, write its class, and name its kind in `domain/translation.py` and in `ENGINES`.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from domain.translation import EngineKind, Translated
from resolvers.translation.asking import Failed, Http


class Engine(Protocol):
    async def translate(self, http: Http, text: str, source: str | None, target: str) -> Translated:
        """The text in the language `target`; from whatever language it is taken to be of, where
        no `source` is named."""

    async def languages(self, http: Http) -> list[str]:
        """Into which it translates, by BCP 47."""


class LibreTranslate:
    """A server of LibreTranslate's interface; the key is for those that ask for one."""

    def __init__(self, url: str, key: str | None) -> None:
        self._url, self._key = url.rstrip("/"), key

    async def translate(self, http: Http, text: str, source: str | None, target: str) -> Translated:
        asked = {"q": text, "source": source or "auto", "target": target, "format": "text"}
        if self._key is not None:
            asked["api_key"] = self._key
        told = await http.json("POST", f"{self._url}/translate", json=asked)
        found = _of(told, "translatedText", str)
        if source is None and isinstance(guess := told.get("detectedLanguage"), dict):
            source = _of(guess, "language", str)
        return Translated(found, source)

    async def languages(self, http: Http) -> list[str]:
        told = await http.json("GET", f"{self._url}/languages")
        return sorted({_of(each, "code", str) for each in _list(told)})


class DeepL:
    """DeepL's service, at the address that belongs to the key; languages are in capitals there."""

    def __init__(self, url: str, key: str | None) -> None:
        self._url, self._key = url.rstrip("/"), key

    @property
    def _headers(self) -> dict[str, str]:
        return {} if self._key is None else {"Authorization": f"DeepL-Auth-Key {self._key}"}

    async def translate(self, http: Http, text: str, source: str | None, target: str) -> Translated:
        asked: dict[str, Any] = {"text": [text], "target_lang": target.upper()}
        if source is not None:
            asked["source_lang"] = source.split("-")[0].upper()
        told = await http.json(
            "POST", f"{self._url}/v2/translate", json=asked, headers=self._headers
        )
        first = next(iter(_list(_of(told, "translations", list))), None)
        taken = _of(first, "detected_source_language", str).lower()
        return Translated(_of(first, "text", str), source or taken)

    async def languages(self, http: Http) -> list[str]:
        address = f"{self._url}/v2/languages?type=target"
        told = await http.json("GET", address, headers=self._headers)
        return sorted({_of(each, "language", str).lower() for each in _list(told)})


ENGINES: Mapping[EngineKind, Callable[[str, str | None], Engine]] = {
    EngineKind.LIBRETRANSLATE: LibreTranslate,
    EngineKind.DEEPL: DeepL,
}


def _of(told: Any, name: str, kind: type[Any]) -> Any:
    found = told.get(name) if isinstance(told, dict) else None
    if not isinstance(found, kind):
        raise Failed(f"the answer has no {name}")
    return found


def _list(told: Any) -> list[Any]:
    if not isinstance(told, list):
        raise Failed("the answer is no list")
    return told
