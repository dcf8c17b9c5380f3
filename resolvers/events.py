"""Events: who they are visible to, and how they are loaded, changed, answered and told of."""

from db.reading import events
from db.reading.writings import by_id_with_author
from db.tables.events import WITHDRAWAL, SchoolEvent
from db.writing.events import EVENTS
from domain.history import Step
from domain.notice_kinds import NoticeKind, Readers, Said
from resolvers.addressees import KEEPERS, READERS, addressees
from resolvers.declarations.noticing import noticed, to_addressed
from resolvers.declarations.noun import Event, History, Noun
from resolvers.loaders import Loader

SCHOOL_EVENT = Noun(
    SchoolEvent,
    code="Ev",
    visible_to=READERS,
    ties=addressees("day"),
    withdrawal=WITHDRAWAL,
    written=EVENTS,
    history=History("Ew", KEEPERS),
    event=Event(
        "An event that was added, changed, called off or restored.",
        "Events that are added, changed, called off or restored",
        "Events of the school, class groups and courses: `school_event.added` etc.",
    ),
)
AuthorByEvent = Loader("AuthorByEvent", by_id_with_author(SchoolEvent), "id")
RepliesByEvent = Loader("RepliesByEvent", events.replies_of_events, "event_id", many=True)
RepliesCountedByEvent = Loader(
    "RepliesCountedByEvent", events.replies_counted_of_events, "event_id"
)
OwnRepliesByEvent = Loader("OwnRepliesByEvent", events.replies_of_viewer, "event_id", many=True)
AnswersByEvent = Loader("AnswersByEvent", events.answers_of_events, "event_id")
noticed(
    SCHOOL_EVENT,
    NoticeKind.EVENT,
    {
        Step.ADDED: Said("A new event", "Новое событие"),
        Step.CHANGED: Said("An event was changed", "Событие изменено"),
        Step.WITHDRAWN: Said("An event was called off", "Событие отменено"),
    },
    to_addressed,
    whom=Readers.ADDRESSED,
    leads="/diary/events?school={school}",
    day="day",
)
