"""Some of what was announced, asked and shared in a school, by id: shown to who reads it."""

from datetime import date

from tests.year.model.rights import Eyes
from tests.year.model.shared import Sharing
from tests.year.model.world import School
from tests.year.screens.screen import Screen

OF, OFTEN = School, 4
MOST = 12
QUERY = """
  query ($ids: [ID!]!) { nodes(ids: $ids) {
    ... on Announcement { announcement: title }
    ... on SchoolEvent { event: title coming: answers { yes } ownReplies { answer } }
    ... on Survey { survey: title answered results { answered } }
    ... on Quiz { quiz: title }
    ... on Material { material: title link }
    ... on Post { post: text }
    ... on ForumTopic { topic: title replies: answers(last: 1) { totalCount } } } }
"""


def screen(eyes: Eyes, of: School, first: date, last: date) -> Screen:
    every = eyes.world.of(Sharing).of[of]
    begin = first.toordinal() % max(len(every) - MOST + 1, 1)
    some = every[begin : begin + MOST]
    return Screen(
        f"what was shared in {of}",
        eyes.account,
        QUERY,
        {"ids": [each.id for each in some]},
        {"nodes": [each.shown(eyes) if each.is_read_by(eyes) else None for each in some]},
        (of,),
    )
