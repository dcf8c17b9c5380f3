"""Materials: who they are visible to, and how they are loaded, changed and told of."""

from db.reading import materials
from db.tables.materials import WITHDRAWAL, Material
from db.writing.materials import MATERIALS
from domain.audience import CONCERNED, STAFF, STAFF_OF, Audience
from domain.history import Step
from domain.media import FileUse
from domain.notice_kinds import FAMILY, NoticeKind, Said
from domain.ties import TieName
from resolvers.declarations.noticing import noticed, to_course
from resolvers.declarations.noun import Attachments, Event, History, Noun
from resolvers.loaders import Loader
from resolvers.relations import Tie, course, on_day, relate, student, subject

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
    attached=Attachments(FileUse.MATERIAL, by=STAFF, read_by=CONCERNED),
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
WithdrawnMaterialsByCourse = Loader(
    "WithdrawnMaterialsByCourse", materials.withdrawn_materials_of_courses, "course_id", many=True
)
WithdrawnMaterialsCountedByCourse = Loader(
    "WithdrawnMaterialsCountedByCourse",
    materials.withdrawn_materials_counted_of_courses,
    "course_id",
)
MaterialsBySubject = Loader(
    "MaterialsBySubject", materials.materials_of_subjects, "subject_id", many=True
)
MaterialsCountedBySubject = Loader(
    "MaterialsCountedBySubject", materials.materials_counted_of_subjects, "subject_id"
)
MaterialsByStudent = Loader(
    "MaterialsByStudent", materials.materials_of_students, "student_id", many=True
)
MaterialsCountedByStudent = Loader(
    "MaterialsCountedByStudent", materials.materials_counted_of_students, "student_id"
)
OpeningsByMaterial = Loader(
    "OpeningsByMaterial", materials.openings_of_materials, "material_id", many=True
)
# Of a subject's material a teacher is told what their own students have opened.
relate(
    "MaterialOpening",
    (
        *student("student_id"),
        Tie(Audience.COURSE_TEACHER, TieName.STUDENT_TAUGHT, "student_id"),
    ),
    STAFF_OF,
)
noticed(
    MATERIAL,
    NoticeKind.MATERIAL,
    {Step.ADDED: Said("New material[ in {subject}]", "Новый материал[, {subject}]")},
    to_course(FAMILY),
    whom=FAMILY,
    leads="/diary/materials",
    day="day",
)
