"""A program that speaks S3, and a bucket in it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

MOTO = Path(sys.executable).with_name("moto_server")
ADDRESS = re.compile(r"Running on (http://127\.0\.0\.1:\d+)")


@contextmanager
def bucket(name: str) -> Iterator[str]:
    """The server's address, with the variables that lead to it in the environment."""
    process = subprocess.Popen(
        [MOTO, "-H", "127.0.0.1", "-p", "0"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"MOTO_S3_CUSTOM_ENDPOINTS": ""},
    )
    assert process.stderr is not None
    try:
        found = None
        while found is None and (line := process.stderr.readline()):
            found = ADDRESS.search(line)
        assert found is not None, "moto_server has ended"
        httpx.put(f"{found[1]}/{name}", timeout=60).raise_for_status()
        with pytest.MonkeyPatch.context() as patch:
            for variable, value in {
                "ENDPOINT_URL": found[1], "ALLOW_HTTP": "true", "REGION": "us-east-1",
                "ACCESS_KEY_ID": "key", "SECRET_ACCESS_KEY": "secret",
            }.items():  # fmt: skip
                patch.setenv(f"AWS_{variable}", value)
            yield found[1]
    finally:
        process.kill()
        process.wait()
        process.stderr.close()
