"""The settings' names in the environment: those that nothing reads, and secrets that stand in
files."""

import os
from collections.abc import Container, Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path

from pydantic_settings import BaseSettings, EnvSettingsSource

PREFIX = "GRADEBOOK_"
IN_FILE = "_FILE"
"""`GRADEBOOK_SMTP_URL_FILE` names a file that has the value of `GRADEBOOK_SMTP_URL`."""
OF_TESTS = frozenset(
    {
        "GRADEBOOK_TEST_DATABASE_URL",
        "GRADEBOOK_TEST_WORKERS",
        "GRADEBOOK_TEST_CLUSTER_START",
        "GRADEBOOK_CHROMIUM",
    }
)


class WrongEnvironment(ValueError):
    """A name that nothing reads, or a file that cannot be read."""


class FileSource(EnvSettingsSource):
    """Values that stand in files, as `docker` and systemd hand out secrets."""

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return {
            name.removesuffix(IN_FILE).lower(): _content(name, Path(path))
            for name, path in os.environ.items()
            if is_of_file(name, self.settings_cls.model_fields)
        }


def is_of_file(name: str, fields: Iterable[str]) -> bool:
    return name.upper().endswith(IN_FILE) and name.upper() in {
        name_of(each) + IN_FILE for each in fields
    }


def name_of(field: str) -> str:
    """The name of the environment variable."""
    return PREFIX + field.upper()


def check_names(settings: type[BaseSettings], environment: Mapping[str, str]) -> None:
    """Raise WrongEnvironment for a variable that no setting reads, and for one that is told
    twice."""
    names = [name_of(each) for each in settings.model_fields]
    for given in sorted(each for each in environment if each.upper().startswith(PREFIX)):
        name = given.upper()
        if name in names or name in OF_TESTS:
            continue
        plain = name.removesuffix(IN_FILE)
        if plain == name or plain not in names:
            near = get_close_matches(name, names, 1, 0.7)
            hint = f"did you mean {near[0]}?" if near else "`gradebook settings` lists them."
            raise WrongEnvironment(f"There is no setting {given}: {hint}")
        if any(other.upper() == plain for other in environment):
            raise WrongEnvironment(f"{plain} is set, and {given} too: unset one of them.")


def source_of(field: str, given: Container[str], environment: Mapping[str, str]) -> str:
    """Where the value of a setting comes from."""
    name = name_of(field)
    if field not in given:
        return "default"
    for each, value in environment.items():
        if each.upper() == name + IN_FILE:
            return f"file {value}"
    return "environment"


def _content(name: str, path: Path) -> str:
    try:
        return path.read_text().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise WrongEnvironment(f"{name}: {path} cannot be read: {why}.") from error
