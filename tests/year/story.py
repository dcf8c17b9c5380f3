"""What is told of an answer that is not as it has to be, in a few lines."""

from typing import Any

from tests.year.model.world import Account, Event, World
from tests.year.screens.screen import Difference

MOST = 14


def told(world: World, difference: Difference, today: Any) -> str:
    screen = difference.screen
    about = involved(world, screen.about, screen.viewer)
    lines = [
        f"On {today} {screen.viewer or 'a stranger'} looks at {screen.title}.",
        f"  at       {difference.where}",
        f"  expected {difference.expected}",
        f"  got      {difference.got}",
        f"  {who(screen.viewer)}",
        "What has happened:",
        *(f"  {event.day}  {event.text}" for event in events(world, about)),
    ]
    return "\n".join(lines)


def told_of(world: World, account: Account) -> str:
    """What has happened to an account's people."""
    lines = [f"  {event.day}  {event.text}" for event in events(world, set(account.people))]
    return "\n".join([f"  {who(account)}", "What has happened:", *lines])


def who(account: Account | None) -> str:
    if account is None:
        return "A stranger has no account."
    people = [f"{type(each).__name__.lower()} {each} of {each.school}" for each in account.people]
    heads = [f"head of {school}" for school in account.heads]
    return f"{account} is {' and '.join([*heads, *people])}."


def involved(world: World, about: tuple[Any, ...], viewer: Account | None) -> set[Any]:
    """Whom and what the story has to be about."""
    found = {each for each in about if each is not None}
    if viewer is not None:
        found |= set(viewer.people)
    return found


def events(world: World, about: set[Any]) -> list[Event]:
    """The last of those that touch somebody or something; what turns something counts twice."""
    touching = [event for event in world.events if about & set(event.about)]
    turning = [event for event in touching if event.turns]
    chosen = {id(event) for event in [*turning[-MOST:], *touching[-4:]]}
    return [event for event in touching if id(event) in chosen][-MOST:]
