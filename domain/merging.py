"""Why two records of students can't be made one."""

from domain.enums import DescribedEnum


class MergeObstacle(DescribedEnum):
    """What keeps two records of students from being made one."""

    MARKS = "MARKS", "Both have marks at one lesson: withdraw those of one of them first."
    ATTENDANCE = (
        "ATTENDANCE",
        "Both have attendance entered at one lesson: they are not one student.",
    )
    HOMEWORK = (
        "HOMEWORK",
        "Both have done something about the same homework, so they are not one student.",
    )
    QUIZZES = "QUIZZES", "Both have taken the same quiz, so they are not one student."
    CLASSES = (
        "CLASSES",
        "They are in two class groups on one day: end one of the enrolments first.",
    )
