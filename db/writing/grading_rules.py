"""Writing the rules by which grades are made of marks."""

from db.tables.grading_rules import GradingRule, GradingRuleRevision
from db.writing.versioned import Versioned

GRADING_RULES = Versioned(GradingRule, GradingRuleRevision)
