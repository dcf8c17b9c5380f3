"""Writing boards, topics and answers of the forum."""

from db.tables.forum import (
    ForumAnswer,
    ForumAnswerRevision,
    ForumBoard,
    ForumBoardRevision,
    ForumTopic,
    ForumTopicRevision,
)
from db.writing.versioned import Versioned

BOARDS = Versioned(ForumBoard, ForumBoardRevision)
TOPICS = Versioned(
    ForumTopic,
    ForumTopicRevision,
    inserted_at="written_at",
    derived=("word_key",),
)
ANSWERS = Versioned(ForumAnswer, ForumAnswerRevision, inserted_at="written_at")
