"""Quizzes of courses, the bank of their questions, and the tries of students."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

import strawberry

from domain.audience import ANYONE, CONCERNED
from domain.clock import now
from domain.quizzes import (
    BANKERS,
    WRITERS,
    Answer,
    CountedTry,
    Question,
    QuizQuestionKind,
    QuizState,
    answer_to,
    is_over,
    proposed,
    questions_of,
    shows_answers,
    shows_points,
    state_of,
    whole_of,
)
from domain.ties import TieName
from resolvers.context import Context
from resolvers.courses import CourseById
from resolvers.grades import GradeById
from resolvers.quizzes import (
    QUIZ,
    QUIZ_QUESTION,
    QUIZ_TRY,
    CountedTriesByQuiz,
    QuestionsBySubject,
    QuestionsCountedBySubject,
    QuizById,
    QuizzesByCourse,
    QuizzesCountedByCourse,
    TriesByQuiz,
)
from resolvers.readings import Items, LoadArguments
from resolvers.schools import SubjectById
from resolvers.students import StudentById
from resolvers.teachers import TeacherById
from resolvers.viewer import Viewer
from schema.connections import connection_of
from schema.declare import asking, column, computed, loaded, tell
from schema.finding import words_in, words_of
from schema.histories import revision_of
from schema.node import Node, id_of, school_of
from schema.nouns import (
    CourseRef,
    GradeRef,
    QuizQuestionRevisionRef,
    QuizRef,
    QuizRevisionRef,
    QuizTryRef,
    QuizTryRevisionRef,
    SchoolRef,
    StudentRef,
    SubjectRef,
    TeacherRef,
)
from schema.ordered_lists import OrderedList
from schema.permissions import viewer_may

tell(QuizQuestionKind)
tell(CountedTry)
tell(QuizState)


def _of_definition(name: str) -> Any:
    return lambda definition: definition[name]


@strawberry.type(
    description="A question of a subject's bank, for quizzes: for its teachers and heads alone. "
    "Once it is withdrawn, its text is null."
)
class QuizQuestion(Node):
    id: strawberry.ID = id_of("QuizQuestion", BANKERS)
    school: SchoolRef | None = school_of(BANKERS)
    viewer_may = viewer_may()
    kind: QuizQuestionKind = column(BANKERS, "How it is answered.")
    text: str | None = column(BANKERS, "What is asked; null once withdrawn.")
    points: Decimal = column(BANKERS, "What a right answer is worth.")
    choices: list[str] = computed(
        BANKERS, "The choices, in order; none of a question without.", _of_definition("choices"),
        "definition",
    )  # fmt: skip
    right: list[int] = computed(
        BANKERS, "The places of the right choices, from 0.", _of_definition("right"), "definition"
    )
    accepted: list[str] = computed(
        BANKERS, "The texts or numbers that are right.", _of_definition("accepted"), "definition"
    )
    withdrawn: bool = column(BANKERS, "Whether it was taken out of the bank.")
    added_at: datetime = column(BANKERS, "When it was added.")
    version: int = column(BANKERS, "Grows by one with every change.")
    subject: SubjectRef = loaded(
        BANKERS, "The subject it is of.", SubjectById,
        "subject_id",
    )  # fmt: skip
    teacher: TeacherRef | None = loaded(
        BANKERS, "Who added it; null where no teacher did.", TeacherById, "teacher_id"
    )
    history: list[QuizQuestionRevisionRef] = loaded(
        BANKERS, "What was done to it, in order.", QUIZ_QUESTION.revisions, "id", items=Items(2)
    )


QuizQuestionRevision = revision_of(
    QuizQuestion, QUIZ_QUESTION, "One step of the history of a question for quizzes."
)


@dataclass(frozen=True, slots=True)
class QuestionRecord:
    """A question as a quiz has it, and for a try what was answered; what may not be shown is
    None."""

    kind: str
    text: str
    choices: tuple[str, ...]
    points: Decimal
    right: tuple[int, ...] | None
    accepted: tuple[str, ...] | None
    chosen: tuple[int, ...]
    answer: str | None
    got: Decimal | None


def _record(each: Question, answer: Answer | None, *, right: bool, got: bool) -> QuestionRecord:
    given = answer or Answer()
    return QuestionRecord(
        str(each.kind), each.text, each.choices, each.points,
        each.right if right else None, each.accepted if right else None,
        given.choices, given.text, each.worth(answer) if got else None,
    )  # fmt: skip


@strawberry.type(description="A question as a quiz has it, to its teachers.")
class QuestionOfQuiz:
    kind: QuizQuestionKind = column(ANYONE, "How it is answered.")
    text: str = column(ANYONE, "What is asked.")
    choices: list[str] = column(ANYONE, "The choices, in order; none of a question without.")
    points: Decimal = column(ANYONE, "What a right answer is worth.")
    right: list[int] = column(ANYONE, "The places of the right choices, from 0.")
    accepted: list[str] = column(ANYONE, "The texts or numbers that are right.")


@strawberry.type(description="A question of a try, with what was answered.")
class QuestionOfTry:
    kind: QuizQuestionKind = column(ANYONE, "How it is answered.")
    text: str = column(ANYONE, "What is asked.")
    choices: list[str] = column(ANYONE, "The choices, in order; none of a question without.")
    points: Decimal = column(ANYONE, "What a right answer is worth.")
    chosen: list[int] = column(ANYONE, "The places of the choices that were chosen, from 0.")
    answer: str | None = column(ANYONE, "The words or the number; null where there are none.")
    right: list[int] | None = column(
        ANYONE, "The places of the right choices; null until they may be seen."
    )
    accepted: list[str] | None = column(
        ANYONE, "The texts or numbers that are right; null until they may be seen."
    )
    got: Decimal | None = column(
        ANYONE, "The points of what was answered; null until what is right may be seen."
    )


@strawberry.type(description="From how much on a quiz proposes a mark.")
class QuizMark:
    mark: str = column(ANYONE, "The mark.")
    percent: Decimal = column(ANYONE, "The percentage of all points from which on it is proposed.")


@dataclass(frozen=True, slots=True)
class MarkRecord:
    mark: str
    percent: Decimal


def _marks(content: Mapping[str, Any]) -> list[MarkRecord]:
    return [MarkRecord(each["mark"], Decimal(each["percent"])) for each in content["marks"]]


def _of_quiz(content: Mapping[str, Any]) -> list[QuestionRecord]:
    questions = questions_of(content["questions"])
    return [_record(each, None, right=True, got=False) for each in questions]


def _whole(content: Mapping[str, Any]) -> Decimal:
    return whole_of(questions_of(content["questions"]))


def _length(content: Mapping[str, Any]) -> int:
    return len(content["questions"])


@strawberry.type(
    description="A quiz of a course: its students learn its questions when they begin it. Once it "
    "is withdrawn, its title and description are null to all who ask for it, and families read no "
    "history of it."
)
class Quiz(Node):
    id: strawberry.ID = id_of("Quiz", CONCERNED)
    school: SchoolRef | None = school_of(CONCERNED)
    viewer_may = viewer_may()
    title: str | None = column(CONCERNED, "What it is called; null once withdrawn.")
    description: str | None = column(
        CONCERNED, "What is said before it begins; null once withdrawn."
    )
    opens_at: datetime = column(CONCERNED, "From when on it may be taken.")
    closes_at: datetime = column(CONCERNED, "When it ends for everybody.")
    state: QuizState = computed(
        CONCERNED,
        "Where it stands.",
        lambda opens_at, closes_at: state_of(opens_at, closes_at, now()),
        "opens_at",
        "closes_at",
    )
    minutes: int | None = column(
        CONCERNED, "How long a try lasts; null where it may last as long as the quiz is open."
    )
    most_tries: int = column(CONCERNED, "How many tries each student has.")
    counted: CountedTry = column(CONCERNED, "Which of several tries counts.")
    points_at_once: bool = column(
        CONCERNED, "Whether a student is told their points when they hand in."
    )
    answers_shown: bool = column(
        CONCERNED, "Whether students are told what was right, once the quiz is over."
    )
    points: Decimal = computed(CONCERNED, "The points of all its questions.", _whole, "content")
    question_count: int = computed(CONCERNED, "How many questions it has.", _length, "content")
    marks: list[QuizMark] = computed(
        CONCERNED, "The marks that its points lead to; none without a rule.", _marks, "content"
    )
    questions: list[QuestionOfQuiz] | None = computed(
        WRITERS, "Its questions, with what is right.", _of_quiz, "content"
    )
    withdrawn: bool = column(CONCERNED, "Whether it was taken back.")
    added_at: datetime = column(CONCERNED, "When it was made.")
    version: int = column(CONCERNED, "Grows by one with every change.")
    course: CourseRef = loaded(CONCERNED, "Its course.", CourseById, "course_id")
    teacher: TeacherRef | None = loaded(
        CONCERNED, "Who made it; null where no teacher did.", TeacherById, "teacher_id"
    )
    tries: list[QuizTryRef] = loaded(
        CONCERNED,
        "The tries of it, as far as the viewer may know of them: their own, their children's, or "
        "those of whom they teach.",
        TriesByQuiz,
        "id",
        items=Items(30),
    )

    @asking(
        CONCERNED,
        "The try that counts of each student whom the viewer may know of, out of those that are "
        "over. Families see it once they are told the points.",
        list[QuizTryRef],
        CountedTriesByQuiz,
        "id",
        None,
        items=Items(30),
    )
    def results(record: Any, viewer: Viewer) -> LoadArguments:
        rights = viewer.schools[record.school_id]
        if rights.leads:
            return LoadArguments({"told": True})
        return LoadArguments({"taught": tuple(sorted(rights[TieName.COURSE_TAUGHT]))})

    history: list[QuizRevisionRef] = loaded(
        CONCERNED,
        "What was done to it, in order; none to families once it is withdrawn.",
        QUIZ.revisions,
        "id",
        items=Items(2),
    )


QuizRevision = revision_of(Quiz, QUIZ, "One step of a quiz's history.")
OF_TIME = ("ends_at", "handed_in_at", "closes_at")
"""The columns of a try that say when it, and its quiz, are over."""


def _over(ends_at: datetime, handed_in_at: datetime | None) -> bool:
    return is_over(ends_at, handed_in_at, now())


def _told(
    ends_at: datetime, handed_in_at: datetime | None, closes_at: datetime, at_once: bool
) -> bool:
    at = now()
    over = is_over(ends_at, handed_in_at, at)
    return shows_points(at_once=at_once, over=over, closes_at=closes_at, now=at)


def _points(
    points: Decimal,
    ends_at: datetime,
    handed_in_at: datetime | None,
    closes_at: datetime,
    at_once: bool,
) -> Decimal | None:
    return points if _told(ends_at, handed_in_at, closes_at, at_once) else None


def _of_try(
    content: Mapping[str, Any], answers: Mapping[str, Any], closes_at: datetime, ever: bool
) -> list[QuestionRecord]:
    right = shows_answers(ever=ever, closes_at=closes_at, now=now())
    return [
        _record(each, answer_to(answers, place), right=right, got=right)
        for place, each in enumerate(questions_of(content["questions"]))
    ]


def _proposed(content: Mapping[str, Any], points: Decimal) -> str | None:
    return proposed(content["marks"], points, _whole(content))


@strawberry.type(
    description="A student's try of a quiz, for the student, their guardians and their teachers. "
    "The family is told what is right, and what the try is worth, when the quiz says so."
)
class QuizTry(Node):
    id: strawberry.ID = id_of("QuizTry", CONCERNED)
    school: SchoolRef | None = school_of(CONCERNED)
    viewer_may = viewer_may()
    number: int = column(CONCERNED, "Which of the student's tries it is, from 1.")
    begun_at: datetime = column(CONCERNED, "When it was begun.")
    ends_at: datetime = column(CONCERNED, "When its time is over.")
    handed_in_at: datetime | None = column(
        CONCERNED, "When it was handed in; null where it was not."
    )
    over: bool = computed(
        CONCERNED,
        "Whether it was handed in, or its time is over.",
        _over,
        "ends_at",
        "handed_in_at",
    )
    points: Decimal | None = computed(
        CONCERNED,
        "What it is worth; null until the student is told: on handing in, or when the quiz is "
        "over.",
        _points,
        "points",
        *OF_TIME,
        "points_at_once",
    )
    points_so_far: Decimal | None = column(
        WRITERS, "What its answers are worth, whether the student is told or not.", name="points"
    )
    proposed: str | None = computed(
        WRITERS,
        "The mark that the quiz proposes for it; null where the quiz has no rule, or no mark for "
        "so few points.",
        _proposed,
        "content",
        "points",
    )
    questions: list[QuestionOfTry] = computed(
        CONCERNED,
        "The questions with what was answered; and once the quiz is over with what is right, if "
        "its students are told.",
        _of_try,
        "content",
        "answers",
        "closes_at",
        "answers_shown",
    )
    version: int = column(CONCERNED, "Grows by one with every change.")
    quiz: QuizRef | None = loaded(
        CONCERNED, "The quiz; null where the viewer may not know of it.", QuizById, "quiz_id"
    )
    student: StudentRef | None = loaded(
        CONCERNED, "Whose it is; null where the viewer may not know of them.", StudentById,
        "student_id",
    )  # fmt: skip
    grade: GradeRef | None = loaded(
        CONCERNED, "The grade that was given for it; null where none was.", GradeById, "grade_id"
    )
    history: list[QuizTryRevisionRef] = loaded(
        CONCERNED, "What was done to it, in order.", QUIZ_TRY.revisions, "id", items=Items(3)
    )


QuizTryRevision = revision_of(QuizTry, QUIZ_TRY, "One step of the history of a try of a quiz.")

QuizQuestionConnection = connection_of(QUIZ_QUESTION, counted=True)
QuizConnection = connection_of(QUIZ, plural="quizzes", counted=True)
BANK = OrderedList("quiz_questions", {"added_at": datetime})
IN_COURSE = OrderedList("quizzes", {"opens_at": datetime})
Search = Annotated[str | None, words_in("texts and choices")]


@BANK.paging(
    BANKERS,
    "The questions of its bank for quizzes, in the order in which they were added.",
    QuizQuestionConnection | None,
    QuestionsBySubject,
    QuestionsCountedBySubject,
)
def quiz_questions(record: Any, context: Context, search: Search = None) -> dict[str, object]:
    return words_of(search)


@IN_COURSE.paging(
    CONCERNED,
    "Its quizzes, in the order in which they open.",
    QuizConnection | None,
    QuizzesByCourse,
    QuizzesCountedByCourse,
)
def quizzes(record: Any, context: Context) -> dict[str, object]:
    return {}
