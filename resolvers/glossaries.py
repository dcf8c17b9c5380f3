"""Terms of glossaries: who they are visible to, and how they are loaded, changed and told of."""

from db.reading import glossaries
from db.tables.glossaries import WITHDRAWAL, GlossaryTerm
from db.writing.glossaries import GLOSSARY_TERMS
from domain.audience import CONCERNED
from resolvers.declarations.noun import Event, History, Noun
from resolvers.loaders import Loader
from resolvers.relations import subject

GLOSSARY_TERM = Noun(
    GlossaryTerm,
    code="Gt",
    visible_to=CONCERNED,
    ties=subject("subject_id"),
    withdrawal=WITHDRAWAL,
    written=GLOSSARY_TERMS,
    history=History("Gx", CONCERNED),
    event=Event(
        "A term of a glossary that was added, changed, withdrawn or restored.",
        "Terms of glossaries that are added, changed, withdrawn or restored",
        "Terms of glossaries: `glossary_term.added` etc.",
    ),
)
TermsBySubject = Loader(
    "TermsBySubject", glossaries.glossary_terms_of_subjects, "subject_id", many=True
)
TermsCountedBySubject = Loader(
    "TermsCountedBySubject", glossaries.glossary_terms_counted_of_subjects, "subject_id"
)
