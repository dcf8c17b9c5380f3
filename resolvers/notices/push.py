"""Web push: messages encrypted for a browser (RFC 8291), signed with the gateway's key (RFC 8292),
and sent to the push service that the browser names, as far as addresses may be sent to."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import asdict, dataclass
from typing import Any, cast
from urllib.parse import urlsplit

import http_ece
import orjson
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

from db.store import Store
from db.tables.notices import PushDevice
from db.writing.notices import keep_push_key, note_push, push_key, remove_device
from domain.clock import now
from resolvers.webhooks.sender import Sender

CURVE = ec.SECP256R1()
SECONDS = 10.0
KEPT = 24 * 3_600
"""Seconds for which a push service keeps a message for a browser that is away."""
SIGNED_FOR = 12 * 3_600
GONE = (404, 410)
"""What a push service answers where the browser takes no messages any more."""
MOST_FAILURES = 20
ANONYMOUS = "mailto:postmaster@localhost"


class BadKey(ValueError):
    """Text that is no key of a browser."""


@dataclass(frozen=True, slots=True)
class Message:
    """`title` says that it is the diary's, since a device shows messages of others beside it. `tag`
    is the same for every try: a browser shows a message in place of another with its tag."""

    title: str
    text: str
    path: str
    tag: str

    @property
    def body(self) -> bytes:
        return orjson.dumps(asdict(self))


class Push:
    """`subject` is how a push service reaches who runs the gateway: an https or mailto address."""

    def __init__(self, store: Store, sender: Sender | None = None, subject: str = "") -> None:
        self.sender = sender or Sender()
        self._store = store
        self._subject = subject if subject.startswith("https://") else ANONYMOUS
        self._key: ec.EllipticCurvePrivateKey | None = None

    async def send(self, device: PushDevice, message: Message) -> bool:
        """Whether the push service has taken it. Whatever becomes of it is noted; a device that is
        gone is removed."""
        key = await self._known()
        headers = {
            "content-type": "application/octet-stream",
            "content-encoding": "aes128gcm",
            "ttl": str(KEPT),
            "urgency": "normal",
            "authorization": _signature(key, device.endpoint, self._subject),
        }
        body = sealed(message.body, device.p256dh, device.auth)
        async with self.sender.line(device.endpoint, SECONDS) as line:
            answer = await line.send(headers, body)
        if answer.status in GONE or device.failures >= MOST_FAILURES:
            await self._store.fetch(remove_device, account=device.account_id, ref=device.id)
        else:
            await self._store.fetch(note_push, ref=device.id, error=answer.error)
        return answer.error is None

    async def _known(self) -> ec.EllipticCurvePrivateKey:
        if self._key is None:
            self._key = await key_of(self._store)
        return self._key


async def key_of(store: Store) -> ec.EllipticCurvePrivateKey:
    """The database's key, made when it is first asked for."""
    row = await store.first(push_key)
    if row is None:
        await store.fetch(keep_push_key, secret=_new_secret())
        row = await store.first(push_key)
    assert row is not None
    return ec.derive_private_key(int.from_bytes(row.secret), CURVE)


def public_of(key: ec.EllipticCurvePrivateKey) -> str:
    """What a browser subscribes with."""
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return urlsafe_b64encode(point).rstrip(b"=").decode()


def sealed(body: bytes, p256dh: bytes, auth: bytes) -> bytes:
    """The body, which only the browser with these keys reads."""
    made = http_ece.encrypt(
        body,
        private_key=ec.generate_private_key(CURVE),
        dh=p256dh,
        auth_secret=auth,
        version="aes128gcm",
    )
    return cast(bytes, made)


def browser_keys(p256dh: str, auth: str) -> tuple[bytes, bytes]:
    """The keys of a browser, as it tells them; BadKey where they are none."""
    try:
        point, secret = _decoded(p256dh), _decoded(auth)
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point)
    except ValueError as error:
        raise BadKey from error
    if len(point) != 65 or len(secret) != 16:
        raise BadKey
    return point, secret


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text.rstrip("=").encode("ascii") + b"=" * (-len(text.rstrip("=")) % 4))


def _new_secret() -> bytes:
    key = ec.generate_private_key(CURVE)
    return key.private_numbers().private_value.to_bytes(32)


def _signature(key: ec.EllipticCurvePrivateKey, endpoint: str, subject: str) -> str:
    parts = urlsplit(endpoint)
    claims: dict[str, Any] = {
        "sub": subject,
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(now().timestamp()) + SIGNED_FOR,
    }
    return cast(str, Vapid02(key).sign(claims)["Authorization"])
