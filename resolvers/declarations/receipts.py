"""Receipts: what makes a mutation with an idempotency key safe to retry."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from strawberry import UNSET

from db.store import Reader
from db.writing.feed import receipt_by_key, write_receipt
from domain.refusals import UserErrorCode, refused
from resolvers.declarations.naming import camel
from resolvers.declarations.parsing import LONGEST_KEY, text_of
from resolvers.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for, and the key that names the asking.

    `mutation` is the name of its function, `content` the input as the client sent it.
    """

    mutation: str
    content: Any
    key: str | None

    @property
    def digest(self) -> bytes:
        """SHA-256 of the request in one canonical writing; what was left out is left out."""
        parts = [camel(self.mutation), _plain(self.content)]
        written = json.dumps(parts, sort_keys=True, default=str, separators=(",", ":"))
        return sha256(written.encode()).digest()


async def earlier(
    reader: Reader, viewer: Viewer, school_id: int, request: Request, refs: Sequence[UUID]
) -> list[UUID] | None:
    """What the same request led to when it was made before; None where this is the first time,
    which is then noted with the `refs` that it leads to."""
    if request.key is None:
        return None
    who = {"school": school_id, "account": viewer.account.id}
    key = text_of(request.key, LONGEST_KEY, "idempotencyKey")
    written = await reader.first(
        write_receipt,
        **who,
        new_key=key,
        new_request=request.digest,
        new_refs=" ".join(map(str, refs)),
    )
    if written is not None:
        return None
    receipt = await reader.first(receipt_by_key, **who, new_key=key)
    if receipt is None or receipt.request != request.digest:
        message = "This key was used for another request."
        raise refused(UserErrorCode.IDEMPOTENCY_KEY_REUSED, message, "idempotencyKey")
    return [UUID(ref) for ref in receipt.refs.split()]


def _plain(content: Any) -> Any:
    """As JSON writes it; what is no value of JSON's is written as its text."""
    if isinstance(content, list):
        return [_plain(each) for each in content]
    if not is_dataclass(content):
        return content
    values = {each.name: getattr(content, each.name) for each in fields(content)}
    return {name: _plain(value) for name, value in values.items() if value is not UNSET}
