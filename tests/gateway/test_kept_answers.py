"""Kept answers are never older than the request, whatever changes and however it is committed."""

from tests.fresh.bugs import BUGS
from tests.fresh.checking import checking
from tests.fresh.kinds import KINDS, REFUSED
from tests.gateway.small_school import SmallSchool


async def test_after_any_change_by_another_process_every_kept_answer_is_as_it_is_read(
    small_url: str, small_school: SmallSchool
) -> None:
    async with checking(small_url, small_school, "1") as check:
        await check.run(len(KINDS))
        figures = check.keeps.app.state.process.kept.figures
    assert check.complaints == []
    assert not REFUSED  # each of them is a change
    assert figures.hits > 100


async def test_the_check_finds_each_bug_that_is_put_back(
    small_url: str, small_school: SmallSchool
) -> None:
    async with checking(small_url, small_school, "2") as check:
        check.breaks = False
        for name, bug in BUGS.items():
            with bug():
                await check.run(6, ("mark", "homework"))
            assert check.complaints != [], name
            check.complaints.clear()
