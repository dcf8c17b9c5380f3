"""Documents that clients ask for by id, and answers that they ask about again by tag."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from db.telling import tell_of
from gateway.settings import Settings
from tests.gateway.front_door import FrontDoor, front_door
from tests.gateway.small_school import HERE, SmallSchool

NAME = "query ($id: ID!) { student(id: $id) { familyName } }"
LONG = NAME.replace("familyName", " ".join(f"a{number}: __typename" for number in range(90)))
END = "mutation End { endOtherSessions { ended } }"
HASH = sha256(NAME.encode()).hexdigest()
PARENT, ANOTHER = "guardian of this child", "guardian of another"


async def get(
    door: FrontDoor, who: str, tag: str | None = None, **parameters: str
) -> tuple[int, Any, Any]:
    """The status, the headers and what the body says."""
    if who not in door.tokens:
        door.tokens[who] = await door.token(who)
    door.http.cookies.clear()
    headers = {"Authorization": f"Bearer {door.tokens[who]}"}
    if tag is not None:
        headers["If-None-Match"] = tag
    asked = {"variables": json.dumps({"id": door.small.id("Student")}), **parameters}
    found = await door.http.get("/graphql", params=asked, headers=headers)
    return found.status_code, found.headers, found.json() if found.content else None


@pytest.fixture
def manifests(tmp_path: Path) -> list[Path]:
    operation = {"id": "end", "name": "End", "type": "mutation", "body": END}
    apollo = {"format": "apollo-persisted-query-manifest", "operations": [operation]}
    files = [tmp_path / "relay.json", tmp_path / "apollo.json"]
    files[0].write_text(json.dumps({f"sha256:{HASH}": NAME, "long": LONG}))
    files[1].write_text(json.dumps(apollo))
    return files


async def test_a_document_is_asked_for_by_its_id_and_its_answer_again_by_its_tag(
    small_url: str, small_school: SmallSchool, manifests: list[Path]
) -> None:
    async with front_door(small_url, small_school, persisted_documents=manifests) as door:
        status, headers, answer = await get(door, PARENT, documentId=f"sha256:{HASH}")
        tag = headers["etag"]
        assert answer["data"]["student"]["familyName"] != "B"
        assert (status, headers["cache-control"]) == (200, "private, no-cache")
        assert headers["vary"] == "Accept, Authorization, Cookie"
        by_hash = json.dumps({"persistedQuery": {"version": 1, "sha256Hash": HASH}})
        for tags in (tag, f'"other", W/{tag}', "*"):
            status, headers, body = await get(door, PARENT, tags, extensions=by_hash)
            assert (status, headers["etag"], body) == (304, tag, None)

        assert (await get(door, PARENT, f'{tag[:-2]}"', documentId=HASH))[0] == 200
        status, _, answer = await get(door, ANOTHER, tag, documentId=HASH)
        assert (status, answer) == (200, {"data": {"student": None}})
        id_ = door.small.records["Student"]
        async with door.pool.acquire() as connection, connection.transaction():
            await connection.execute("UPDATE student SET family_name = 'B' WHERE id = $1", id_)
            await tell_of(connection, HERE, "student")
        status, headers, answer = await get(door, PARENT, tag, documentId=HASH)
        assert (status, answer["data"]["student"]["familyName"]) == (200, "B")
        assert headers["etag"] != tag

        compressed = await get(door, PARENT, documentId="long")
        door.http.headers["Accept-Encoding"] = "identity"
        plain = await get(door, PARENT, documentId="long")
        assert compressed[2] == plain[2]
        assert compressed[1]["vary"] == "Accept, Authorization, Cookie, Accept-Encoding"
        tags = [each[1]["etag"] for each in (compressed, plain)]
        assert tags[0] == f'{tags[1][:-1]}-gzip"'  # each stands for the bytes of its form
        assert (await get(door, PARENT, tags[1], documentId="long"))[0] == 304
        assert (await get(door, PARENT, tags[0], documentId="long"))[0] == 200
        door.http.headers["Accept-Encoding"] = "gzip"
        status, headers, _ = await get(door, PARENT, tags[0], documentId="long")
        assert (status, headers["etag"]) == (304, tags[0])
        assert headers["vary"].endswith(", Accept-Encoding")

        status, headers, _ = await get(door, PARENT, tag, query=NAME)
        assert (status, headers["cache-control"], "etag" in headers) == (200, "no-store", False)


async def test_ids_of_documents_that_are_not_known_or_change_something_are_refused(
    small_url: str, small_school: SmallSchool, manifests: list[Path]
) -> None:
    async with front_door(small_url, small_school, persisted_documents=manifests) as door:
        assert (await get(door, PARENT, documentId="end"))[0] == 405
        posted = await door.http.post("/graphql", json={"documentId": "end"})
        (error,) = posted.json()["errors"]
        assert error["extensions"]["code"] == "UNAUTHENTICATED"
        message = "No persisted document has the id of `documentId`."
        unknown = {"message": message, "extensions": {"code": "BAD_INPUT"}}
        status, _, answer = await get(door, PARENT, documentId="f" * 64)
        assert (status, answer) == (400, {"errors": [unknown]})


@pytest.mark.parametrize(
    "written",
    ["{", "[]", '{"a": 1}', '{"format": "apollo-persisted-query-manifest", "operations": [{}]}'],
)
def test_a_manifest_that_cannot_be_read_is_named_at_the_start(written: str, tmp_path: Path) -> None:
    file = tmp_path / "broken.json"
    file.write_text(written)
    with pytest.raises(ValidationError, match=r"broken\.json is no manifest"):
        Settings(persisted_documents=(file,))
