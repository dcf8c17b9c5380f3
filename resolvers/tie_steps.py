"""The steps of ties, as they are loaded."""

from db.reading.offices import steps_of_enrolments, steps_of_ties
from resolvers.loaders import Loader

StepsByTie = Loader("StepsByTie", steps_of_ties, "tie_id", many=True)
EnrolmentStepsByStudent = Loader(
    "EnrolmentStepsByStudent", steps_of_enrolments, "student_id", many=True
)
