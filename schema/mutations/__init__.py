"""Mutations, one a file."""

import strawberry

from schema.mutations.change_homework import ChangeHomework
from schema.mutations.change_webhook import ChangeWebhook
from schema.mutations.create_webhook import CreateWebhook
from schema.mutations.give_grade import GiveGrade
from schema.mutations.give_grades import GiveGrades
from schema.mutations.remove_webhook import RemoveWebhook
from schema.mutations.replay_webhook import ReplayWebhook
from schema.mutations.restore_grade import RestoreGrade
from schema.mutations.revise_grade import ReviseGrade
from schema.mutations.sessions import SessionMutations
from schema.mutations.set_homework import SetHomework
from schema.mutations.set_lesson_topic import SetLessonTopic
from schema.mutations.set_time_zone import SetTimeZone
from schema.mutations.withdraw_grade import WithdrawGrade
from schema.mutations.withdraw_homework import WithdrawHomework


@strawberry.type(description="What may be changed.")
class Mutation(
    SessionMutations,
    GiveGrade,
    GiveGrades,
    ReviseGrade,
    WithdrawGrade,
    RestoreGrade,
    SetHomework,
    ChangeHomework,
    WithdrawHomework,
    SetLessonTopic,
    SetTimeZone,
    CreateWebhook,
    ChangeWebhook,
    RemoveWebhook,
    ReplayWebhook,
):
    pass
