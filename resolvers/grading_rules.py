"""Rules by which grades are made of marks: to every member; their history, to the office."""

from db.tables.grading_rules import GradingRule
from db.writing.grading_rules import GRADING_RULES
from domain.audience import MEMBER, OFFICE
from resolvers.declarations.noun import Event, History, Noun

GRADING_RULE = Noun(
    GradingRule,
    code="Gl",
    visible_to=MEMBER,
    written=GRADING_RULES,
    history=History("Gw", OFFICE),
    event=Event(
        "A rule for grades that was made, changed or put away.",
        "Rules for grades that are made, changed or put away",
        "Rules by which grades are made of marks.",
    ),
)
GradingRuleById = GRADING_RULE.by_id
