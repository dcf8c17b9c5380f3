"""Names of Python as clients write them."""


def camel(name: str) -> str:
    """`give_grade` as GraphQL writes it: `giveGrade`."""
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)


def pascal(name: str) -> str:
    """`give_grade` as a type of GraphQL's: `GiveGrade`."""
    return "".join(word.title() for word in name.split("_"))


def snake(name: str) -> str:
    """`GradeScale` as a name of Python's: `grade_scale`."""
    return "".join(f"_{each.lower()}" if each.isupper() else each for each in name).lstrip("_")
