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

BOARDS = Versioned(ForumBoard, ForumBoardRevision, topic="FORUM_BOARD")
TOPICS = Versioned(
    ForumTopic,
    ForumTopicRevision,
    topic="FORUM_TOPIC",
    inserted_at="written_at",
    derived=("word_key",),
)
ANSWERS = Versioned(
    ForumAnswer, ForumAnswerRevision, topic="FORUM_ANSWER", inserted_at="written_at"
)
