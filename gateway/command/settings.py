"""`gradebook settings`: every setting with its value, where that comes from, and what it means."""

import json
import os
from typing import Annotated, Any

import typer
from pydantic import SecretStr

from db import address
from gateway.command.database import read_settings
from gateway.environment import name_of, source_of
from gateway.settings import Settings

HIDDEN = "(hidden)"
AsJSON = Annotated[bool, typer.Option("--json", help="Print them as JSON.")]
Changed = Annotated[bool, typer.Option("--changed", help="Leave out those that are as by default.")]


def settings(as_json: AsJSON = False, changed: Changed = False) -> None:
    """List all settings: value, source and meaning. Secrets are not shown.

    Each is an environment variable; with `_FILE` at the end of its name, it names a file that has
    the value.
    """
    found = read_settings()
    rows = [
        {
            "name": name_of(name),
            "value": shown(name, getattr(found, name)),
            "source": source_of(name, found.model_fields_set, os.environ),
            "meaning": " ".join((field.description or "").split()),
        }
        for name, field in Settings.model_fields.items()
        if not changed or name in found.model_fields_set
    ]
    if as_json:
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for row in rows:
        typer.echo(f"{row['name']}={row['value']}  # {row['source']}\n    {row['meaning']}")


def shown(name: str, value: Any) -> str:
    """The value as it is written in the environment, without secrets."""
    if value is None:
        return ""
    if isinstance(value, SecretStr):
        return HIDDEN
    if name == "database_url":
        return address.shown(value)
    if name == "nats_url" and "@" in value:
        return HIDDEN
    if name == "providers":
        return json.dumps([each.model_dump(mode="json", exclude_none=True) for each in value])
    if isinstance(value, bool):
        return str(value).lower()
    if name == "webhook_networks":
        return json.dumps([str(each) for each in value])
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    if isinstance(value, dict):
        return json.dumps({key: each.model_dump(mode="json") for key, each in value.items()})
    return str(value)
