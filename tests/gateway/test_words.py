"""Words looked up in imported dictionaries, learnt and translated, as clients do it over HTTP."""

import asyncio
import gzip
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from typer.testing import CliRunner, Result

from domain import clock
from domain.dictionaries import DIGITS
from domain.ids import uuid7
from domain.translation import Translated, is_address_of_engine
from gateway.command import app
from resolvers.translation import Translator
from resolvers.translation.asking import Failed, Http
from resolvers.translation.engines import DeepL
from tests.gateway.front_door import FrontDoor, front_door
from tests.gateway.small_school import TODAY, SmallSchool

STUDENT, GUARDIAN, TEACHER = "the student", "guardian of this child", "the course's teacher"
LOOK_UP = """
  query ($word: String!, $of: [ID!], $first: Int! = 20) { viewer {
    lookUp(word: $word, dictionaries: $of, first: $first) { headword text exact dictionary } } }
"""
WORDS = """
  query ($due: Boolean! = false, $search: String, $first: Int, $after: String) { viewer {
    words(due: $due, search: $search, first: $first, after: $after) {
      totalCount pageInfo { endCursor hasNextPage }
      edges { node { id word meaning note language dueOn repetitions interval easiness version } }
    } } }
"""
ENGLISH = (
    ("house", "house /haʊs/\n дом"),
    ("household", "household\n хозяйство"),
    ("ice cream", "ice cream\n мороженое"),
)


def dictionary(folder: Path, name: str, *entries: tuple[str, str]) -> Path:
    """The files of a dictionary, as Debian packages those of FreeDict; its index."""
    digits, texts, lines = list(DIGITS), b"", []

    def number(of: int) -> str:
        return digits[of] if of < 64 else number(of // 64) + digits[of % 64]

    own = (("00databaseshort", f"00-database-short\n{name} for tests"),
           ("00databaseinfo", "00-database-info\nBy nobody; free for all.\n"))  # fmt: skip
    for headword, text in (*own, *entries):
        encoded = f"{text}\n".encode()
        lines.append(f"{headword}\t{number(len(texts))}\t{number(len(encoded))}\n")
        texts += encoded
    (folder / f"{name}.dict.dz").write_bytes(gzip.compress(texts))
    index = folder / f"{name}.index"
    index.write_text("".join(lines))
    return index


async def gradebook(*arguments: object) -> Result:
    """The command, which runs an event loop of its own."""
    return await asyncio.to_thread(CliRunner().invoke, app, list(map(str, arguments)))


async def test_a_dictionary_is_imported_looked_up_renewed_and_removed(
    door: FrontDoor, small_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADEBOOK_DATABASE_URL", small_url)
    index = dictionary(tmp_path, "freedict-eng-rus", *ENGLISH)
    done = await gradebook("import-dictionary", index)
    assert done.stdout == "freedict-eng-rus has 3 words, from en to ru.\n"
    other = dictionary(tmp_path, "words", ("Дом", "Дом\n house"))
    asked = await gradebook("import-dictionary", other)
    assert (asked.exit_code, asked.stderr) == (
        2, "Say from which language to which it leads: --from en --to ru.\n"
    )  # fmt: skip
    given = ("--from", "rus", "--to", "eng", "--name", "back")
    assert (await gradebook("import-dictionary", tmp_path / "words.dict.dz", *given)).exit_code == 0
    token = await door.token(STUDENT)
    found = await door.ask("{ viewer { dictionaries { id title from to notice entries } } }", token)
    english, russian = (
        each for each in found["viewer"]["dictionaries"] if "for tests" in each["title"]
    )
    assert english == {
        "id": english["id"], "title": "freedict-eng-rus for tests", "from": "en", "to": "ru",
        "notice": "By nobody; free for all.", "entries": 3,
    }  # fmt: skip

    async def look_up(word: str, **given: Any) -> list[tuple[str, bool]]:
        answer = await door.ask(LOOK_UP, token, word=word, **given)
        return [(each["headword"], each["exact"]) for each in answer["viewer"]["lookUp"]]

    assert await look_up("HOUSE") == [("house", True), ("household", False)]
    assert await look_up("House", first=1) == [("house", True)]
    assert await look_up("ice-cream") == [("ice cream", True)]
    assert await look_up("дом") == [("Дом", True)]
    assert await look_up("дом", of=[english["id"]]) == []
    assert await look_up("zebra") == []
    texts = await door.ask(LOOK_UP, token, word="house", of=[english["id"], russian["id"]])
    assert texts["viewer"]["lookUp"][0] == {
        "headword": "house", "text": "house /haʊs/\n дом", "exact": True,
        "dictionary": english["id"],
    }  # fmt: skip
    for wrong in ({"word": " "}, {"word": "x" * 201}, {"word": "a", "first": 101},
                  {"word": "a", "of": ["x"]}):  # fmt: skip
        refused = (await door.post(LOOK_UP, token, **wrong)).json()
        assert [each["extensions"]["code"] for each in refused["errors"]] == ["BAD_INPUT"], wrong
    stranger = (await door.post(LOOK_UP, None, word="house")).json()
    assert stranger == {"data": {"viewer": None}}

    dictionary(tmp_path, "freedict-eng-rus", ("mouse", "mouse\n мышь"))
    assert (await gradebook("import-dictionary", index)).exit_code == 0
    assert (await look_up("house"), await look_up("mouse")) == ([], [("mouse", True)])
    index.write_text("mouse\tA\t////\n")
    broken = await gradebook("import-dictionary", index)
    assert broken.output.endswith("Line 1 of the index leads beyond the texts.\n")
    assert await look_up("mouse") == [("mouse", True)]
    compressed = tmp_path / "freedict-eng-rus.dict.dz"
    torn = bytearray(gzip.compress(bytes(range(256)) * 90))
    torn[30:90] = bytes(60)
    monkeypatch.setattr("gateway.command.dictionary.LARGEST", 1 << 20)
    for bad in (b"no gzip", bytes(torn), gzip.compress(bytes(2 << 20))):
        compressed.write_bytes(bad)
        refused = await gradebook("import-dictionary", index)
        assert (refused.exit_code, type(refused.exception)) == (1, SystemExit), bad[:9]
        assert await look_up("mouse") == [("mouse", True)]
    assert (await gradebook("import-dictionary", "back", "--remove")).stdout == "back is removed.\n"
    assert (await gradebook("import-dictionary", "back", "--remove")).exit_code == 1
    assert await look_up("дом") == []


async def test_a_list_of_words_is_learnt_by_its_owner_alone(door: FrontDoor) -> None:
    token = await door.token(STUDENT)
    shows = "word { id version dueOn repetitions interval easiness meaning }"

    async def listed(whose: str = token, **asked: Any) -> list[str]:
        page = (await door.ask(WORDS, whose, **asked))["viewer"]["words"]
        assert "first" in asked or page["totalCount"] == len(page["edges"])
        return [edge["node"]["word"] for edge in page["edges"]]

    async def do(name: str, whose: str = token, **given: Any) -> tuple[Any, list[str]]:
        answer = await door.do(name, shows, whose, **given)
        return answer["word"], [each["code"] for each in answer["errors"]]

    today, tomorrow = str(TODAY), str(TODAY + timedelta(1))
    with clock.at(clock.now()):
        token = await door.token(STUDENT)
        own_id = str(uuid7())
        house, errors = await do("addWord", token, word=" Haus ", meaning="house", language="deu",
                                 note="das", id=own_id)  # fmt: skip
        assert (house["id"], house["dueOn"], errors) == (own_id, today, [])
        again = {"word": "Haus", "meaning": "house", "language": "de", "note": "das", "id": own_id}
        assert await do("addWord", token, **again) == (house, [])
        assert (await do("addWord", token, **again | {"word": "Hut"}))[1] == ["CONFLICT"]
        assert (await do("addWord", token, word="Haus", meaning="house"))[1] == ["ALREADY_THERE"]
        assert (await do("addWord", token, word=" ", meaning="x"))[1] == ["BAD_INPUT"]
        assert (await do("addWord", token, word="x", meaning="x", language="?"))[1] == ["BAD_INPUT"]
        tree, _ = await do("addWord", token, word="Baum 100%", meaning="tree")
        known, errors = await do("reviewWord", token, id=own_id, expectedVersion=1, recall="GOOD")
        assert (known["dueOn"], known["interval"], known["version"]) == (tomorrow, 1, 2)
        twice, errors = await do("reviewWord", token, id=own_id, expectedVersion=1, recall="GOOD")
        assert (twice, errors) == (known, ["CONFLICT"])
        assert await listed(token) == ["Baum 100%", "Haus"]
        assert await listed(token, due=True) == ["Baum 100%"]
        assert await listed(token, search="HOU") == ["Haus"]
        assert await listed(token, search="0%") == ["Baum 100%"]
        assert await listed(token, search="%b") == []
        page = (await door.ask(WORDS, token, first=1))["viewer"]["words"]
        assert (page["totalCount"], page["pageInfo"]["hasNextPage"]) == (2, True)
        assert await listed(token, first=1, after=page["pageInfo"]["endCursor"]) == ["Haus"]
    with clock.at(clock.now() + timedelta(1)):
        token = await door.token(STUDENT)
        assert await listed(token, due=True) == ["Baum 100%", "Haus"]
        lost, _ = await do("reviewWord", token, id=own_id, expectedVersion=2, recall="FORGOTTEN")
        assert (lost["dueOn"], lost["repetitions"]) == (tomorrow, 0)
        changed = {"id": own_id, "expectedVersion": 3, "word": "Haus", "meaning": "a house"}
        house, errors = await do("changeWord", token, **changed)
        assert (house["meaning"], house["version"], house["dueOn"], errors) == (
            "a house", 4, tomorrow, []
        )  # fmt: skip
        same = {"id": tree["id"], "expectedVersion": 1, "word": "Haus", "meaning": "a house"}
        assert (await do("changeWord", token, **same))[1] == ["ALREADY_THERE"]
        theirs = await door.token(GUARDIAN)
        assert await listed(theirs) == []
        assert (await do("changeWord", theirs, **changed | {"expectedVersion": 4}))[1] == [
            "NOT_FOUND"
        ]
        other = {"id": own_id, "expectedVersion": 4, "recall": "EASY"}
        assert (await do("reviewWord", theirs, **other))[1] == ["NOT_FOUND"]
        gone = await door.do("removeWord", token=theirs, id=own_id)
        assert [each["code"] for each in gone["errors"]] == ["NOT_FOUND"]
        assert (await door.do("removeWord", token=token, id=own_id))["errors"] == []
        assert await listed(token) == ["Baum 100%"]
    account = door.small.accounts[STUDENT]
    await door.pool.execute(
        "INSERT INTO studied_word SELECT gen_random_uuid(), $1, n::text, 'one', NULL, NULL, 0, 0,"
        " 2.5, '2026-10-01', NULL, now(), 1 FROM generate_series(1, 4999) n",
        account,
    )
    assert (await do("addWord", token, word="one", meaning="too many"))[1] == ["TOO_MANY"]


@dataclass
class Engine:
    """A server with LibreTranslate's interface, which notes what it is asked; `broken` says how it
    answers instead."""

    asked: list[Any] = field(default_factory=list)
    broken: Response | None = None
    address: str = ""

    async def translate(self, request: Request) -> Response:
        given = json.loads(await request.body())
        self.asked.append(given)
        if self.broken is not None:
            return self.broken
        if given["target"] not in ("en", "ru"):
            return JSONResponse({"error": f"{given['target']} is not supported"}, 400)
        answer: dict[str, Any] = {"translatedText": given["q"][::-1]}
        if given["source"] == "auto":
            answer["detectedLanguage"] = {"confidence": 90, "language": "de"}
        return JSONResponse(answer)

    async def languages(self, _: Request) -> Response:
        return self.broken or JSONResponse([{"code": "ru", "name": "Russian"}, {"code": "en"}])

    async def deepl(self, request: Request) -> Response:
        given = json.loads(await request.body())
        self.asked.append((request.headers["authorization"], given))
        found = {"detected_source_language": "DE", "text": given["text"][0].upper()}
        return JSONResponse({"translations": [found]})

    async def deepl_languages(self, _: Request) -> Response:
        return JSONResponse([{"language": "EN-GB", "name": "English"}, {"language": "RU"}])


@asynccontextmanager
async def engine() -> AsyncIterator[Engine]:
    one = Engine()
    routes = [
        Route("/translate", one.translate, methods=["POST"]),
        Route("/languages", one.languages),
        Route("/v2/translate", one.deepl, methods=["POST"]),
        Route("/v2/languages", one.deepl_languages),
    ]
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes), log_level="critical"))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:
            await asyncio.sleep(0.01)
        one.address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        try:
            yield one
        finally:
            server.should_exit = True
            await serving


class Silent:
    """An engine that does not answer, and counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    async def translate(self, http: Http, text: str, source: str | None, target: str) -> Translated:
        raise Failed("no answer")

    async def languages(self, http: Http) -> list[str]:
        self.asked += 1
        raise Failed("no answer")


async def test_an_engine_that_does_not_answer_is_not_waited_for_by_each_screen() -> None:
    engine = Silent()
    translator = Translator(engine)
    assert [await translator.languages() for _ in range(3)] == [None] * 3
    assert engine.asked == 1


TRANSLATOR = "{ viewer { translator { charactersLeft languages } } }"


async def test_texts_are_translated_kept_and_limited_for_each_account(
    small_url: str, small_school: SmallSchool
) -> None:
    async with (
        engine() as one,
        front_door(
            small_url, small_school, translator_url=one.address, translator_key="key",
            translator_characters=30,
        ) as door,
    ):  # fmt: skip
        token, other = await door.token(STUDENT), await door.token(GUARDIAN)

        async def translate(whose: str = token, **given: Any) -> tuple[Any, list[str]]:
            answer = await door.do("translate", "translation { text from kept }", whose, **given)
            return answer["translation"], [each["code"] for each in answer["errors"]]

        async def left(whose: str = token) -> int:
            return int(
                (await door.ask(TRANSLATOR, whose))["viewer"]["translator"]["charactersLeft"]
            )

        german = {"text": "  Ein Haus ", "to": "eng"}
        assert await translate(**german) == (
            {"text": "suaH niE", "from": "de", "kept": False}, []
        )  # fmt: skip
        assert one.asked == [
            {"q": "Ein Haus", "source": "auto", "target": "en", "format": "text", "api_key": "key"}
        ]
        again = {"text": "suaH niE", "from": "de", "kept": True}
        assert await translate(**german) == (again, [])
        assert (len(one.asked), await left(), await left(other)) == (1, 22, 30)
        # That somebody had it translated is seen by nobody else.
        assert (await translate(other, **german))[0]["kept"] is False
        assert (len(one.asked), await left(other)) == (2, 22)
        assert (await door.ask(TRANSLATOR, token))["viewer"]["translator"]["languages"] == [
            "en", "ru",
        ]  # fmt: skip
        assert (await translate(**german | {"from": "de"}))[0]["kept"] is False
        assert await left() == 14
        assert await translate(text="x", to="fr") == (None, ["BAD_INPUT"])
        assert await translate(text="x", to="?") == (None, ["BAD_INPUT"])
        assert await translate(text=" ", to="en") == (None, ["BAD_INPUT"])
        assert await translate(text="x" * 5_001, to="en") == (None, ["BAD_INPUT"])
        assert await translate(text="x" * 15, to="en") == (None, ["RATE_LIMITED"])
        told = len(one.asked)
        elsewhere = RedirectResponse(f"{one.address}/languages")
        for broken in (
            Response("secret trace", 500), Response("no JSON"), JSONResponse(["a list"]),
            JSONResponse({"translatedText": 5}), Response(b"x" * (300 << 10)), elsewhere,
            Response(b"[" * (200 << 10)), Response(b'{"translatedText": "\\ud800"}'),
            Response("<html>", headers={"Content-Type": "text/html"}),
        ):  # fmt: skip
            one.broken = broken
            answer = await door.do("translate", "translation { text }", token, text="x", to="en")
            assert [each["code"] for each in answer["errors"]] == ["UNAVAILABLE"]
            assert "secret" not in str(answer)
        assert (len(one.asked), await left()) == (told + 9, 14)
        one.broken = None
        both = [translate(text=text * 9, to="en") for text in "ab"]
        assert sorted(errors for _, errors in await asyncio.gather(*both)) == [[], ["RATE_LIMITED"]]
        with clock.at(clock.now() + timedelta(days=1)):
            token = await door.token(STUDENT)
            assert (await translate(token, text="x" * 15, to="en"))[1] == []
            await door.app.state.process.translator.drop_old(door.store)
            assert await door.pool.fetchval("SELECT sum(characters) FROM translation_use") == 15
        with clock.at(clock.now() + timedelta(days=91)):
            await door.app.state.process.translator.drop_old(door.store)
            assert await door.pool.fetchval("SELECT count(*) FROM translation") == 0
        kept = str([dict(row) for row in await door.pool.fetch("SELECT * FROM translation_use")])
        assert "Haus" not in kept


async def test_without_an_engine_it_is_plainly_not_configured(door: FrontDoor) -> None:
    token = await door.token(TEACHER)
    answer = await door.do("translate", "translation { text }", token, text="x", to="en")
    assert answer == {
        "translation": None,
        "errors": [{
            "code": "NOT_CONFIGURED", "path": [],
            "message": "No translator is set up: ask whoever runs the gateway.",
        }],
    }  # fmt: skip
    assert (await door.ask(TRANSLATOR, token))["viewer"]["translator"] is None


async def test_another_engine_is_asked_as_its_interface_says() -> None:
    async with engine() as one:
        http, deepl = Http(), DeepL(f"{one.address}/", "secret")
        try:
            found = await deepl.translate(http, "Haus", None, "en-GB")
            assert (found.text, found.source) == ("HAUS", "de")
            assert one.asked == [
                ("DeepL-Auth-Key secret", {"text": ["Haus"], "target_lang": "EN-GB"})
            ]
            assert await deepl.languages(http) == ["en-gb", "ru"]
            with pytest.raises(Failed):
                await http.json("GET", "http://127.0.0.1:9/languages")
        finally:
            await http.close()


def test_texts_go_to_https_or_to_what_is_near() -> None:
    near = ("https://translate.example/api", "http://127.0.0.1:5000", "http://libretranslate:5000")
    far = (
        "http://translate.example", "http://10.0.0.8", "ftp://localhost", "https://", "x",
        "https://a.example?key=1", "https://me:word@a.example", "http://[fd00::1]:5000", "http://[",
    )  # fmt: skip
    assert [is_address_of_engine(each) for each in near] == [True] * 3
    assert [is_address_of_engine(each) for each in far] == [False] * 9
