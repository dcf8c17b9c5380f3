"""Schools with their people and years, and the story of what has happened to them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeVar

T = TypeVar("T")
EVER, NEVER = date.min, date.max
PASSWORD = "a rehearsed year"
"""Of all who have not changed it, nor chosen one when they registered."""


@dataclass(eq=False, kw_only=True)
class Record:
    """What the gateway gives an id; two of the same words are still two."""

    id: str = ""
    version: int = 1


@dataclass(eq=False, kw_only=True)
class Spanned:
    """Days from the first to the last, both included."""

    first: date = EVER
    last: date = NEVER

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last

    def meets(self, first: date, last: date) -> bool:
        return self.first <= last and first <= self.last


@dataclass(eq=False, kw_only=True)
class School(Record):
    name: str
    zone: str
    number: int = 0
    keeping_years: int = 5
    years: list["Year"] = field(default_factory=list)
    students: list["Student"] = field(default_factory=list)
    guardians: list["Guardian"] = field(default_factory=list)
    teachers: list["Teacher"] = field(default_factory=list)
    groups: list["Group"] = field(default_factory=list)
    courses: list["Course"] = field(default_factory=list)
    subjects: dict[str, str] = field(default_factory=dict)
    """Ids by name."""
    works: list["Work"] = field(default_factory=list)

    def __str__(self) -> str:
        return self.name

    def year_on(self, day: date) -> "Year | None":
        return next((year for year in self.years if year.holds(day)), None)


@dataclass(eq=False, kw_only=True)
class Work(Record):
    name: str
    weight: str


@dataclass(eq=False, kw_only=True)
class Year(Record, Spanned):
    school: School
    name: str
    periods: list["Period"] = field(default_factory=list)

    def __str__(self) -> str:
        return self.name


@dataclass(eq=False, kw_only=True)
class Period(Record, Spanned):
    year: Year
    name: str
    kind: str
    locked: bool = False
    open_until: date | None = None

    def __str__(self) -> str:
        return f"{self.name} of {self.year}"


@dataclass(eq=False, kw_only=True)
class Person(Record, Spanned):
    """`first` and `last` are the days between which they are in the school."""

    school: School
    given: str
    family: str

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"

    def __str__(self) -> str:
        return self.name


class Student(Person):
    pass


class Guardian(Person):
    pass


class Teacher(Person):
    pass


@dataclass(eq=False, kw_only=True)
class Group(Record):
    """A class group of one year."""

    school: School
    year: Year
    name: str
    level: int
    class_teacher: Teacher | None = None
    deputy: Teacher | None = None

    def __str__(self) -> str:
        return f"{self.name} of {self.year}"


@dataclass(eq=False, kw_only=True)
class Course(Record):
    """With `whole`, everybody in the class group takes it."""

    school: School
    year: Year
    title: str
    subject: str
    group: Group | None
    whole: bool

    def __str__(self) -> str:
        return f"{self.title} of {self.year}"


@dataclass(eq=False)
class Account:
    """A login; `heads` are schools that it administers, `people` whoever it is somewhere."""

    login: str
    heads: list[School] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    password: str = PASSWORD

    def __str__(self) -> str:
        return self.login


@dataclass(frozen=True)
class Event:
    """One line of the story."""

    day: date
    text: str
    about: tuple[Any, ...]
    turns: bool
    """Whether rights, places or years change with it, so that screens are looked at more."""


class World:
    """All that is so. What belongs to a subject stands in a book of its own: `world.of(Marks)`."""

    def __init__(self) -> None:
        self.schools: list[School] = []
        self.accounts: list[Account] = []
        self.events: list[Event] = []
        self._books: dict[type[Any], Any] = {}

    def of(self, book: type[T]) -> T:
        if book not in self._books:
            self._books[book] = book()
        found: T = self._books[book]
        return found

    def tell(self, day: date, text: str, *about: Any, turns: bool = False) -> None:
        self.events.append(Event(day, text, about, turns))

    def turns(self, day: date, back: int) -> Iterator[Event]:
        """What has turned in the days before."""
        since = day - timedelta(days=back)
        for event in reversed(self.events):
            if event.day < since:
                return
            if event.turns:
                yield event

    def account_of(self, person: Person) -> Account | None:
        return next((each for each in self.accounts if person in each.people), None)

    def everybody(self) -> Iterator[Person]:
        for school in self.schools:
            yield from school.students
            yield from school.guardians
            yield from school.teachers
