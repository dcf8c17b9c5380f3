"""Questions that are asked again and again, with the office's answers, and their history."""

from sqlmodel import Field

from db.tables.columns import OfSchool
from db.tables.history import history_of


class FaqEntry(OfSchool, table=True):
    """A question and its answer in English, in Russian, or in both side by side. `rank` orders
    them; `word_key` has the words by which an entry is found."""

    __tablename__ = "faq_entry"
    question_en: str | None = None
    answer_en: str | None = None
    question_ru: str | None = None
    answer_ru: str | None = None
    word_key: str
    rank: int = 0
    active: bool = Field(default=True, sa_column_kwargs={"server_default": "true"})
    version: int = 1


FaqEntryRevision = history_of(
    FaqEntry, "question_en", "answer_en", "question_ru", "answer_ru", "rank", "active"
)
