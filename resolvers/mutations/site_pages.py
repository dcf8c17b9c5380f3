"""Pages of a school's site: made, changed and put away by its office."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from db.reading.site_pages import site_page_slugs
from db.tables.schools import School
from db.tables.site_pages import SitePage
from db.writing.versioned import Row
from domain.audience import OFFICE
from domain.history import Step
from domain.names import LONGEST_NAME
from domain.refusals import UserError, UserErrorCode, refused
from domain.site_pages import LONGEST_PAGE, LONGEST_SLUG, MOST_PAGES, check_slug
from resolvers.declarations.creation import creates
from resolvers.declarations.editing import Edit, edits
from resolvers.declarations.inputs import Checked, Filled, GlobalId, OwnId, Parsed, Text
from resolvers.declarations.office import held
from resolvers.declarations.transaction import Transaction
from resolvers.schools import SCHOOL
from resolvers.site_pages import SITE_PAGE

Code = UserErrorCode
MOST_RANK = 1_000


def check_rank(rank: int) -> int:
    if not 0 <= rank <= MOST_RANK:
        raise ValueError(f"The place of a page is from 0 to {MOST_RANK}")
    return rank


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateSitePage:
    """A page of the school's site to make."""

    school: Annotated[str, "The school, by global id.", GlobalId("School")]
    slug: Annotated[
        str, "Its name in addresses, such as open-day.", Text(LONGEST_SLUG), Checked(check_slug)
    ]
    title: Annotated[str, "What it is called.", Text(LONGEST_NAME)]
    text: Annotated[str, "What it says, in Markdown.", Text(LONGEST_PAGE)]
    public: Annotated[
        bool, "Whether whoever asks may read it; unless told, only the school's members."
    ] = False
    rank: Annotated[
        int | None,
        "Its place among the pages; unless told, after all others.",
        Checked(check_rank),
        Filled(),
    ] = None
    id: Annotated[
        str | None,
        "A UUID version 7 of the client's, so that making it is safe to retry.",
        OwnId(),
    ] = None


@creates(
    SITE_PAGE,
    "Make a page of the school's site.",
    Code.ALREADY_THERE,
    Code.TOO_MANY,
    at=SCHOOL,
    field="school",
    step=Step.CREATED,
    by=OFFICE,
    refusal="Only the school's office may do this.",
)
async def create_site_page(
    transaction: Transaction, given: Parsed[CreateSitePage], school: School
) -> Row:
    there = await _others(transaction, given.given.slug)
    if len(there) >= MOST_PAGES:
        raise refused(Code.TOO_MANY, f"A site has at most {MOST_PAGES} pages.", "school")
    new, after = given.given, max((each.rank for each in there), default=0) + 1
    return {
        "id": given.id,
        "slug": new.slug,
        "title": new.title,
        "text": new.text,
        "public": new.public,
        "rank": min(after, MOST_RANK) if new.rank is None else new.rank,
    }


@dataclass(frozen=True, slots=True)
class ChangeSitePage(Edit):
    """What changes of a page."""

    slug: Annotated[
        str | UnsetType,
        "Its name in addresses; as it is, if left out.",
        Text(LONGEST_SLUG),
        Checked(check_slug),
    ] = UNSET
    title: Annotated[
        str | UnsetType, "What it is called; as it is, if left out.", Text(LONGEST_NAME)
    ] = UNSET
    text: Annotated[
        str | UnsetType, "What it says, in Markdown; as it is, if left out.", Text(LONGEST_PAGE)
    ] = UNSET
    public: Annotated[
        bool | UnsetType, "Whether whoever asks may read it; as it is, if left out."
    ] = UNSET
    rank: Annotated[
        int | UnsetType,
        "Its place among the pages; as it is, if left out.",
        Checked(check_rank),
    ] = UNSET
    active: Annotated[bool | UnsetType, "True takes back what was put away."] = UNSET


@edits(
    SITE_PAGE,
    "Change a page of the school's site, or take back one that was put away.",
    Code.ALREADY_THERE,
    step=Step.CHANGED,
    by=OFFICE,
)
async def change_site_page(
    transaction: Transaction, given: Parsed[ChangeSitePage], page: SitePage
) -> Row:
    if isinstance(given.given.slug, str):
        await _others(transaction, given.given.slug, page.id)
    return given.columns(changes=True)


@edits(
    SITE_PAGE,
    "Put a page of the school's site away: nobody reads it any more, but for its history.",
    step=Step.PUT_AWAY,
    by=OFFICE,
)
async def put_away_site_page(_: Transaction, given: Parsed[Edit], page: SitePage) -> Row:
    return {"active": False}


async def _others(transaction: Transaction, slug: str, but: UUID | None = None) -> list[Any]:
    """The other pages, none of which has the slug; nobody else makes any until the transaction
    ends."""
    school = await held(transaction)
    rows = await transaction.reader.fetch(site_page_slugs, school=school.school_id)
    others = [each for each in rows if each.id != but]
    if any(each.slug == slug for each in others):
        message = "The site has a page of this name in its address already."
        transaction.insist(UserError(Code.ALREADY_THERE, message, ("slug",)))
    return others
