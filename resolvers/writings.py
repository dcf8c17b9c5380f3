"""What students have written to others, for their guardians."""

# Each subject whose nouns are moderated stands here, so that all are declared below.
import resolvers.forum
import resolvers.messages
import resolvers.posts  # noqa: F401
from db.reading.writings import of_students
from db.tables.moderation import ModerationCase
from resolvers.moderation import MODERATED

WRITTEN = [
    (each.noun.model, str(each.activity), each.texts, "author_id", each.instant)
    for _, each in sorted(MODERATED.items())
]
writings_of_students, writings_counted_of_students = of_students(ModerationCase, WRITTEN)
