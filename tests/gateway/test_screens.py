"""The screens of the diary, as the gateway leads to them."""

import re
from pathlib import Path

import gateway.diary
from resolvers.declarations.noticing import NOTICED
from resolvers.notices import screens as of_records

SCREENS = Path(gateway.diary.__file__).parent / "source" / "screens.tsx"


def test_each_notice_leads_to_a_screen_that_there_is() -> None:
    screens = set(re.findall(r'<Route path="([^"]+)"', SCREENS.read_text()))
    declared = (each for some in NOTICED.values() for each in some)
    leads = {each.leads or "/diary/notices" for each in declared}
    paths = {re.sub(r"\{\w+\}", ":id", each.partition("?")[0]) for each in leads}
    paths |= {each.format(":id") for each in of_records.SCREENS.values()}
    assert paths - screens == set()
    assert "/diary/journal/:id" in paths
    assert "/diary/notices" in screens  # of a notice of what is not told of any more
    named = {name for each in leads for name in re.findall(r"\{(\w+)\}", each)}
    # Which a notice has.
    assert named <= {"course", "day", "school", "student"}
