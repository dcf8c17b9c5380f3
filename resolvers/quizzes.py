"""Quizzes, the bank of their questions, and tries: who they are visible to, and how they are
loaded, changed and told of."""

from db.reading import quizzes
from db.tables.quizzes import (
    QUESTION_WITHDRAWAL,
    QUIZ_WITHDRAWAL,
    Quiz,
    QuizQuestion,
    QuizTry,
)
from db.writing.quizzes import QUESTIONS, QUIZZES, TRIES
from domain.audience import CONCERNED, Audience
from domain.clock import now
from domain.history import Step
from domain.notice_kinds import FAMILY, NoticeKind, Said
from domain.quizzes import BANKERS
from domain.ties import TieName
from resolvers.declarations.noticing import TODAY, noticed, to_course
from resolvers.declarations.noun import Event, History, Noun
from resolvers.loaders import Loader
from resolvers.relations import Tie, course, mark

QUIZ_QUESTION = Noun(
    QuizQuestion,
    code="Qq",
    visible_to=BANKERS,
    ties=(Tie(Audience.COURSE_TEACHER, TieName.SUBJECT_TAUGHT, "subject_id"),),
    withdrawal=QUESTION_WITHDRAWAL,
    written=QUESTIONS,
    history=History("Qh", BANKERS),
    event=Event(
        "A question of a subject's bank that was added, changed or withdrawn.",
        "Questions of a subject's bank that are added, changed or withdrawn",
        "Questions for quizzes: `quiz_question.added` etc.",
    ),
)
QuestionsBySubject = Loader(
    "QuizQuestionsBySubject", quizzes.questions_of_subjects, "subject_id", many=True
)
QuestionsCountedBySubject = Loader(
    "QuizQuestionsCountedBySubject", quizzes.questions_counted_of_subjects, "subject_id"
)
QUIZ = Noun(
    Quiz,
    code="Qz",
    visible_to=CONCERNED,
    ties=course("course_id"),
    withdrawal=QUIZ_WITHDRAWAL,
    written=QUIZZES,
    history=History("Qr", CONCERNED),
    event=Event(
        "A quiz that was made, changed or withdrawn.",
        "Quizzes that are made, changed or withdrawn",
        "Quizzes of courses: `quiz.created` etc.",
    ),
)
QuizById = QUIZ.by_id
QuizzesByCourse = Loader("QuizzesByCourse", quizzes.quizzes_of_courses, "course_id", many=True)
QuizzesCountedByCourse = Loader(
    "QuizzesCountedByCourse", quizzes.quizzes_counted_of_courses, "course_id"
)
QUIZ_TRY = Noun(
    QuizTry,
    code="Qt",
    visible_to=CONCERNED,
    ties=mark(),
    read=quizzes.quiz_tries_by_id,
    written=TRIES,
    history=History("Qu", CONCERNED),
    event=Event(
        "A student's try of a quiz that was begun, answered, handed in or graded.",
        "Tries of quizzes that are begun, answered, handed in or graded",
        "Tries of quizzes: `quiz_try.handed_in` etc.",
    ),
)
TriesByQuiz = Loader("TriesByQuiz", quizzes.tries_of_quizzes, "quiz_id", many=True)
CountedTriesByQuiz = Loader(
    "CountedTriesByQuiz", quizzes.counted_tries_of_quizzes, "quiz_id", many=True
)
noticed(
    QUIZ,
    NoticeKind.QUIZ,
    {Step.CREATED: Said("A new quiz[ in {subject}]", "Новый тест[, {subject}]")},
    to_course(FAMILY),
    whom=FAMILY,
    when=lambda quiz, _: not quiz.withdrawn and quiz.closes_at > now(),
    day=TODAY,
)
