"""Kinds of work that is graded."""

from domain.enums import DescribedEnum


class WorkTypeKind(DescribedEnum):
    """What a kind of work is."""

    CLASSWORK = "CLASSWORK", "Work in the lesson."
    HOMEWORK = "HOMEWORK", "Work at home."
    ORAL = "ORAL", "An oral answer."
    QUIZ = "QUIZ", "A short test."
    TEST = "TEST", "A test."
    PROJECT = "PROJECT", "A project."
    EXAM = "EXAM", "An exam."
    OTHER = "OTHER", "A kind of the school's own."
