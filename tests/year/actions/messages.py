"""Class teachers write to the families of their class, and somebody answers."""

from collections.abc import Collection

from tests.year.calendar import Played
from tests.year.model.messages import Conversation, Message, Messages, families
from tests.year.model.world import Account, Group, School
from tests.year.stage import Stage

OFTEN, ANSWERED, ONCE_MORE = 0.3, 0.6, 0.5
"""On how many days a class teacher writes; how often somebody answers; how often an older
conversation goes on instead of a new one that is started."""


async def daily(stage: Stage, played: Played) -> None:
    school = played.year.school
    if stage.chance.random() > OFTEN:
        return
    if (found := led(stage, school)) is None:
        return
    group, account = found
    reached = families(group, stage.today, stage.world) - {account}
    if not reached:
        return
    conversation = await write(stage, school, group, account, reached)
    await refuse_others(stage, conversation, reached)
    if stage.chance.random() < ANSWERED:
        await answer(stage, conversation, stage.chance.choice(in_order(reached)))


def led(stage: Stage, school: School) -> tuple[Group, Account] | None:
    """A class group of today with the account of its class teacher."""
    found = [
        (group, account)
        for group in school.groups
        if group.year.holds(stage.today) and (account := leader(stage, group)) is not None
    ]
    return stage.chance.choice(found) if found else None


def leader(stage: Stage, group: Group) -> Account | None:
    """The account of the class teacher, while they are there."""
    teacher = group.class_teacher
    there = teacher is not None and teacher.holds(stage.today)
    return stage.world.account_of(teacher) if teacher is not None and there else None


async def write(
    stage: Stage, school: School, group: Group, account: Account, reached: Collection[Account]
) -> Conversation:
    """To the families of today: in a conversation of before, which others have read too, or not."""
    book = stage.world.of(Messages)
    older = [each for each in book.of[school] if each.group is group and each.starter is account]
    text = f"To the families of {group} on {stage.today}"
    if older and stage.chance.random() < ONCE_MORE:
        conversation = stage.chance.choice(older)
        await send(stage, conversation, account, text, reached)
        return conversation
    subject = f"{group.name}, {stage.today}"
    given = {
        "school": school.id, "classGroup": group.id, "toFamilies": True, "answers": "PRIVATE",
        "subject": subject, "text": text,
    }  # fmt: skip
    [payload] = await stage.clients.do(
        account, ("startConversation", given, "message { conversation { id } }")
    )
    id_ = payload["message"]["conversation"]["id"]
    conversation = Conversation(id_, group, account, subject)
    book.of[school].append(conversation)
    book.write(conversation, Message(text, account, frozenset(reached)))
    stage.tell(f"{account} writes to the families of {group}", group)
    return conversation


async def send(
    stage: Stage,
    conversation: Conversation,
    account: Account,
    text: str,
    reached: Collection[Account],
) -> None:
    given = {"conversation": conversation.id, "text": text}
    await stage.clients.do(account, ("sendMessage", given, "message { id }"))
    book = stage.world.of(Messages)
    book.write(conversation, Message(text, account, frozenset(reached)))
    stage.tell(f"{account} writes in {conversation.subject}", conversation.group)


async def answer(stage: Stage, conversation: Conversation, account: Account) -> None:
    text = f"{account} answers on {stage.today}"
    await send(stage, conversation, account, text, [conversation.starter])


async def refuse_others(
    stage: Stage, conversation: Conversation, reached: Collection[Account]
) -> None:
    """For whom no message of it has reached there is no such conversation."""
    others = [
        each
        for each in stage.world.accounts
        if each not in reached and not conversation.read_by(each)
    ]
    given = {"conversation": conversation.id, "text": "Who writes this?"}
    for account in stage.some(others, 1):
        await stage.clients.do(
            account, ("sendMessage", given, "message { id }"), refused="NOT_FOUND"
        )


def in_order(accounts: Collection[Account]) -> list[Account]:
    """Sets have an order of their own in each process, and a seed plays the same years again."""
    return sorted(accounts, key=lambda each: each.login)
