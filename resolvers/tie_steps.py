"""The steps of roles and guardianships, as they are loaded."""

from db.reading.offices import steps_of_ties
from resolvers.loaders import Loader

StepsByTie = Loader("StepsByTie", steps_of_ties, "tie_id", many=True)
