"""Class groups and courses: made, with their teachers and students."""

from datetime import date

from tests.year.model.ties import Ties, students_in, teaches
from tests.year.model.world import Course, Group, School, Student, Teacher, Year
from tests.year.stage import Stage

WHOLE = ("Mathematics", "History")
PARTS = ("English 1", "English 2")
SUBJECTS = {
    "Mathematics": ("Математика", "Mathematics"),
    "History": ("История", "US History"),
    "English": ("Иностранный язык", "World Languages"),
    "Choir": ("Музыка", "Music"),
}


async def add_group(
    stage: Stage, year: Year, name: str, level: int, class_teacher: Teacher | None
) -> Group:
    school = year.school
    given = {
        "school": school.id, "name": name, "academicYear": year.id, "gradeLevel": str(level),
        "classTeacher": class_teacher and class_teacher.id,
    }  # fmt: skip
    [payload] = await stage.office(school, ("createClassGroup", given, "classGroup { id }"))
    group = Group(
        school=school, year=year, name=name, level=level, class_teacher=class_teacher,
        id=payload["classGroup"]["id"],
    )  # fmt: skip
    school.groups.append(group)
    return group


async def add_course(
    stage: Stage,
    year: Year,
    title: str,
    group: Group | None,
    teacher: Teacher,
    students: list[Student] | None = None,
    first: date | None = None,
) -> Course:
    """A course of a whole class, or of those who are named."""
    school, first = year.school, first or year.first
    name = next(each for each in SUBJECTS if title.startswith(each))
    subject = next(school.subjects[each] for each in SUBJECTS[name] if each in school.subjects)
    given = {
        "school": school.id, "subject": subject, "title": title, "teacher": teacher.id,
        "classGroup": group and group.id, "wholeClass": students is None,
        "students": [each.id for each in students or ()], "academicYear": year.id,
        "beginsOn": first.isoformat(),
    }  # fmt: skip
    [payload] = await stage.office(school, ("createCourse", given, "course { id }"))
    course = Course(
        school=school, year=year, title=title, subject=name, group=group,
        whole=students is None, id=payload["course"]["id"],
    )  # fmt: skip
    school.courses.append(course)
    ties = stage.world.of(Ties)
    ties.teach(course, teacher, first)
    for student in students or ():
        ties.enrol(student, course, first)
    stage.tell(f"{course} begins on {first} with {teacher}", course, teacher, group)
    return course


async def add_courses(stage: Stage, group: Group, staff: dict[str, Teacher]) -> None:
    """What each class learns: two subjects as a whole, and English in two halves."""
    year = group.year
    for subject in WHOLE:
        await add_course(stage, year, f"{subject} {group.name}", group, staff[subject])
    there = students_in(group, year.first, stage.world)
    for place, part in enumerate(PARTS):
        await add_course(stage, year, f"{part} {group.name}", group, staff[part], there[place::2])


def parts_of(group: Group) -> list[Course]:
    return [each for each in group.school.courses if each.group is group and not each.whole]


def main_teacher(stage: Stage, course: Course, day: date) -> Teacher | None:
    for tie in stage.world.of(Ties).teachings[course]:
        if tie.main and teaches(tie, day):
            return tie.teacher
    return None


def of_year(school: School, year: Year) -> tuple[list[Group], list[Course]]:
    groups = [each for each in school.groups if each.year is year]
    return groups, [each for each in school.courses if each.year is year]
