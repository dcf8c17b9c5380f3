"""Materials: who they are visible to, and how they are loaded, changed and told of."""

from db.reading import materials
from db.tables.materials import WITHDRAWAL, Material
from db.writing.materials import MATERIALS
from domain.audience import CONCERNED
from resolvers.declarations.noun import Event, History, Noun
from resolvers.loaders import Loader
from resolvers.relations import course, on_day, subject

# A material has no day by which a locked period would close it: a link that leads nowhere any more
# is mended whenever that is noticed. Who learnt on the day of its lesson reads it all the same.
MATERIAL = Noun(
    Material,
    code="Mt",
    visible_to=CONCERNED,
    ties=(*on_day(course("course_id"), "day"), *subject("subject_id")),
    withdrawal=WITHDRAWAL,
    written=MATERIALS,
    history=History("Mr", CONCERNED),
    event=Event(
        "A material that was added, changed, withdrawn or restored.",
        "Materials that are added, changed, withdrawn or restored",
        "Materials of subjects, courses and lessons: `material.added` etc.",
    ),
)
MaterialById = MATERIAL.by_id
MaterialsByLesson = MATERIAL.by("lesson_id", "added_at")
MaterialsByCourse = Loader(
    "MaterialsByCourse", materials.materials_of_courses, "course_id", many=True
)
MaterialsCountedByCourse = Loader(
    "MaterialsCountedByCourse", materials.materials_counted_of_courses, "course_id"
)
LessonMaterialsByCourse = Loader(
    "LessonMaterialsByCourse", materials.lesson_materials_of_courses, "course_id", many=True
)
LessonMaterialsCountedByCourse = Loader(
    "LessonMaterialsCountedByCourse", materials.lesson_materials_counted_of_courses, "course_id"
)
MaterialsBySubject = Loader(
    "MaterialsBySubject", materials.materials_of_subjects, "subject_id", many=True
)
MaterialsCountedBySubject = Loader(
    "MaterialsCountedBySubject", materials.materials_counted_of_subjects, "subject_id"
)
