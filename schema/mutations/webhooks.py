"""What the mutations of webhooks have in common."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from domain.addresses import Network
from resolvers.context import Context
from resolvers.mutations.attempt import Outcome
from schema.mutations.faults import Answer, answered

SECRET = (
    "What messages are signed with, `whsec_` and base64. It is told this once: a retry with the "
    "same key does not tell it again."
)


@dataclass(frozen=True, slots=True)
class AnswerWithSecret(Answer):
    secret: str | None = None


def answered_of_webhook(context: Context, outcome: Outcome, codes: type[Enum]) -> Answer:
    """As every outcome; what there is to send now is sent at once."""
    if context.webhooks is not None:
        context.webhooks.wake()
    return answered(context, outcome, codes)


def answered_with_secret(
    context: Context, outcome: Outcome, codes: type[Enum], secret: str | None
) -> AnswerWithSecret:
    answer = answered_of_webhook(context, outcome, codes)
    return AnswerWithSecret(answer.records, answer.errors, secret)


def networks_of(context: Context) -> Sequence[Network]:
    """The networks that messages may go to besides the public internet."""
    return () if context.webhooks is None else context.webhooks.sender.networks
