"""Names, and who of the people is odd in which way."""

from tests.year.model.ties import group_on
from tests.year.model.world import Person, School, Student
from tests.year.stage import Stage

GIVEN = (
    "Anna", "Boris", "Clara", "David", "Elena", "Felix", "Greta", "Henry", "Ida", "Jonas", "Kira",
    "Leo", "Mara", "Nils", "Olga", "Peter", "Rosa", "Simon", "Tessa", "Viktor",
)  # fmt: skip
OPENINGS = (
    "Al", "Bar", "Cor", "Dal", "El", "Fer", "Gar", "Hal", "Ir", "Jan", "Kel", "Lam", "Mor", "Nor",
    "Or", "Pel", "Quin", "Ros", "Sel", "Tor",
)  # fmt: skip
ENDINGS = ("berg", "den", "feld", "gard", "holm", "lin", "mann", "ner", "quist", "son", "ville")
FAMILIES = [opening + ending for opening in OPENINGS for ending in ENDINGS]


class Cast:
    """The odd ones, by what is odd about them; a book of the world."""

    def __init__(self) -> None:
        self.odd: dict[str, Person] = {}


def family_name(stage: Stage) -> str:
    if not stage.names:
        stage.names = stage.some(FAMILIES, len(FAMILIES))
    return str(stage.names.pop())


def ordinary(stage: Stage) -> list[Student]:
    """Students of the first school who are in a class today, and about whom nothing is odd."""
    return [
        each
        for each in ordinary_in(stage, stage.world.schools[0])
        if group_on(each, stage.today, stage.world)
    ]


def ordinary_in(stage: Stage, school: School) -> list[Student]:
    odd = stage.world.of(Cast).odd.values()
    return [each for each in school.students if each.last > stage.today and each not in odd]
