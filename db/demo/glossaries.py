"""Glossaries of the demo school, by subject; and a small dictionary with the words that its
students learn, which belong to no school."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from db.demo.names import SUBJECTS
from db.demo.plan import Ids
from db.demo.rows import MADE_AT, Rows, SchoolWriter
from domain.dictionaries import look_up_key
from domain.names import text_key

TERMS = {
    "MA": (("fraction", "A part of a whole: a number over another.", "en"),
           ("Bruch", "fraction · дробь", "de"), ("уравнение", "equation · Gleichung", "ru"),
           ("root of an equation", "A number for which it is true.", "en")),
    "DE": (("Fall", "One of the four cases of a noun.", "de"), ("Wortart", "часть речи", "de")),
    "EN": (("phrasal verb", "A verb with a particle, such as: give up.", "en"),
           ("gerund", "A verb's form on -ing that stands as a noun.", "en")),
    "FR": (("passé composé", "The past that is made with avoir or être.", "fr"),),
    "BI": (("cell", "The smallest part that lives. Клетка.", "en"), ("Zelle", "cell", "de")),
    "PH": (("force", "What changes how something moves; in newtons.", "en"),
           ("Geschwindigkeit", "velocity · скорость", "de")),
    "CH": (("acid", "What gives protons away. Кислота.", "en"),),
    "HI": (("Reformation", "From 1517 on: the church divides.", "en"),),
    "GE": (("delta", "The mouth of a river that divides.", "en"), ("материк", "continent", "ru")),
    "AR": (("perspective", "How depth is drawn on a plane.", "en"),),
    "MU": (("chord", "Three notes or more at once. Аккорд.", "en"),),
}  # fmt: skip
WORDS = (
    ("apple", "яблоко"), ("bird", "птица"), ("book", "книга"), ("bread", "хлеб"),
    ("bridge", "мост"), ("brother", "брат"), ("child", "ребёнок"), ("cloud", "облако"),
    ("coat", "пальто"), ("day", "день"), ("door", "дверь"), ("ear", "ухо"), ("evening", "вечер"),
    ("eye", "глаз"), ("field", "поле"), ("fire", "огонь"), ("fish", "рыба"), ("flower", "цветок"),
    ("forest", "лес"), ("friend", "друг"), ("garden", "сад"), ("hand", "рука"), ("house", "дом"),
    ("household", "домашнее хозяйство"), ("ice cream", "мороженое"), ("island", "остров"),
    ("key", "ключ"), ("lake", "озеро"), ("letter", "письмо; буква"), ("milk", "молоко"),
    ("moon", "луна"), ("morning", "утро"), ("mountain", "гора"), ("night", "ночь"),
    ("river", "река"), ("road", "дорога"), ("school", "школа"), ("sea", "море"),
    ("sister", "сестра"),
    ("snow", "снег"), ("star", "звезда"), ("stone", "камень"), ("street", "улица"),
    ("sun", "солнце"),
    ("teacher", "учитель"), ("tree", "дерево"), ("village", "деревня"), ("water", "вода"),
    ("wind", "ветер"), ("window", "окно"), ("word", "слово"), ("year", "год"),
)  # fmt: skip
KNOWN = (  # so often recalled, after so many days, by how much it grows
    (0, 0, "2.50"), (1, 1, "2.50"), (2, 6, "2.60"), (3, 16, "2.60"), (4, 40, "2.46"),
)  # fmt: skip
LEARNERS, LEARNT = 0.2, 8
"""So many students keep a list, of so many words."""


class Glossaries:
    """Made from chances and ids of their own, so that the rest of the school is what it was."""

    def __init__(self, school: SchoolWriter) -> None:
        self._school = school
        self._ids = Ids(Random(f"glossaries of {school.school_id}"), at=1_692_100_000_000)

    def write(self) -> None:
        for number, (_, code, _) in enumerate(SUBJECTS):
            teacher = self._school.teacher_of(number)
            for term, meaning, language in TERMS.get(code, ()):
                self._school.add(
                    "glossary_term",
                    id=self._ids.new(),
                    subject_id=self._school.subjects[number],
                    teacher_id=teacher,
                    term=term,
                    meaning=meaning,
                    language=language,
                    word_key=text_key(term, meaning),
                    withdrawn=False,
                    added_at=self._school.begun,
                    version=1,
                )


def words_of(schools: list[SchoolWriter], accounts: Mapping[UUID, UUID]) -> Rows:
    """A dictionary, and the lists of some students, whose `accounts` are by the ids of people."""
    random = Random("words")
    ids = Ids(random, at=1_692_200_000_000)
    dictionary = ids.new()
    entries: list[dict[str, Any]] = [
        {
            "dictionary_id": dictionary,
            "number": number,
            "key": look_up_key(word),
            "headword": word,
            "text": f"{word}\n {meaning}",
        }
        for number, (word, meaning) in enumerate(WORDS)
    ]
    rows: Rows = {
        "dictionary": [
            {
                "id": dictionary,
                "name": "demo-eng-rus",
                "title": "English–Russian, first words",
                "source_language": "en",
                "target_language": "ru",
                "notice": "Words of the demo; `gradebook import-dictionary` brings whole ones.",
                "url": "https://dictionaries.example/",
                "entries": len(entries),
                "imported_at": MADE_AT,
            }
        ],
        "dictionary_entry": entries,
        "studied_word": [],
    }
    for school in schools:
        for place, student in enumerate(school.rows["student"]):
            if place == 0 or random.random() < LEARNERS:
                some = random.sample(WORDS, LEARNT)
                rows["studied_word"] += [
                    _learnt(ids, random, accounts[student["id"]], pair, school.now) for pair in some
                ]
    return rows


def _learnt(
    ids: Ids, random: Random, account: UUID, pair: tuple[str, str], now: datetime
) -> dict[str, Any]:
    repetitions, interval, easiness = random.choice(KNOWN)
    reviewed = now - timedelta(random.randint(0, interval)) if repetitions else None
    return {
        "id": ids.new(),
        "account_id": account,
        "word": pair[0],
        "meaning": pair[1],
        "note": "Ask again." if repetitions == 1 else None,
        "language": "en",
        "repetitions": repetitions,
        "interval": interval,
        "easiness": Decimal(easiness),
        "due_on": (reviewed or now).date() + timedelta(interval),
        "reviewed_at": reviewed,
        "added_at": now - timedelta(60),
        "version": 1 + repetitions,
    }
