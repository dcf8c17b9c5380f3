"""Clients of the tests share the certificates of authorities, of which httpx reads 150 for each."""

from functools import cache

from httpx._config import create_ssl_context
from httpx._transports import default as transport


def read_once() -> None:
    vars(transport)["create_ssl_context"] = cache(create_ssl_context)
