"""Messages: each is its author's, and theirs whom it reached on the day on which it was written."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from tests.year.model.ties import guardians_on, students_in
from tests.year.model.world import Account, Group, School, World


@dataclass(eq=False)
class Message:
    text: str
    by: Account
    reached: frozenset[Account]

    def is_read_by(self, account: Account | None) -> bool:
        return account is self.by or account in self.reached


@dataclass(eq=False)
class Conversation:
    """A class teacher's with the families of the class group; answers reach the teacher alone."""

    id: str
    group: Group
    starter: Account
    subject: str
    messages: list[Message] = field(default_factory=list)

    def read_by(self, account: Account | None) -> list[Message]:
        return [each for each in self.messages if each.is_read_by(account)]


class Messages:
    """All that was written, in the order in which it was."""

    def __init__(self) -> None:
        self.of: dict[School, list[Conversation]] = defaultdict(list)
        self.written: list[Message] = []

    def write(self, conversation: Conversation, message: Message) -> None:
        conversation.messages.append(message)
        self.written.append(message)

    def read_by(self, account: Account | None, school: School) -> list[Conversation]:
        """Those in which a message has reached the account, by the last one that did."""
        place = {message: number for number, message in enumerate(self.written)}
        found = [(each, each.read_by(account)) for each in self.of[school]]
        last = {each: place[messages[-1]] for each, messages in found if messages}
        return sorted(last, key=lambda each: last[each])


def families(group: Group, day: date, world: World) -> set[Account]:
    """The accounts of who guards a student of the class group on the day."""
    guardians = {
        guardian
        for student in students_in(group, day, world)
        for guardian in guardians_on(student, day, world)
    }
    return {account for each in guardians if (account := world.account_of(each)) is not None}
