"""The columns of the format, and the columns of a file."""

import re
from collections.abc import Callable
from difflib import get_close_matches

from domain.oneroster.findings import Findings
from domain.oneroster.saying import Saying
from domain.oneroster.values import shown

COMMON = "sourcedId status dateLastModified"
_FILES = {
    "orgs": "name type identifier parentSourcedId",
    "academicSessions": "title type startDate endDate parentSourcedId schoolYear",
    "courses": "schoolYearSourcedId title courseCode grades orgSourcedId subjects subjectCodes",
    "classes": "title grades courseSourcedId classCode classType location schoolSourcedId"
    " termSourcedIds subjects subjectCodes periods metadata.homeroomSourcedId"
    " metadata.wholeHomeroom metadata.withoutCourse",
    "users": "enabledUser username userIds givenName familyName middleName identifier email sms"
    " phone agentSourcedIds grades password userMasterIdentifier resourceSourcedIds"
    " preferredGivenName preferredMiddleName preferredFamilyName primaryOrgSourcedId pronouns"
    " orgSourcedIds role",
    "roles": "userSourcedId roleType role beginDate endDate orgSourcedId userProfileSourcedId",
    "enrollments": "classSourcedId schoolSourcedId userSourcedId role primary beginDate endDate",
    "demographics": "birthDate sex americanIndianOrAlaskaNative asian blackOrAfricanAmerican"
    " nativeHawaiianOrOtherPacificIslander white demographicRaceTwoOrMoreRaces"
    " hispanicOrLatinoEthnicity countryOfBirthCode stateOfBirthAbbreviation cityOfBirth"
    " publicSchoolResidenceStatus",
    "categories": "title weight",
    "lineItems": "title description assignDate dueDate classSourcedId categorySourcedId"
    " academicSessionSourcedId gradingPeriodSourcedId resultValueMin resultValueMax"
    " schoolSourcedId",
    "results": "lineItemSourcedId studentSourcedId scoreStatus score scoreDate comment textScore"
    " classSourcedId inProgress incomplete late missing metadata.besideOthers",
    "manifest": "propertyName value",
}
KNOWN = {
    noun: (*(COMMON.split() if noun != "manifest" else ()), *names.split())
    for noun, names in _FILES.items()
}
ALIKE = 0.88
LONGEST_NAME = 60


def places(
    noun: str, file: str, header: list[str], findings: Findings, line: int = 1
) -> dict[str, int]:
    """The index of each known column. A name that is almost right is accepted with a notice."""
    found: dict[str, int] = {}
    unknown: list[tuple[int, str]] = []
    for at, name in enumerate(map(str.strip, header)):
        if not name:
            findings.notice(file, Saying.COLUMN_WITHOUT_NAME())
        elif name in found:
            findings.bad(file, line, name, Saying.COLUMN_TWICE())
        elif name in KNOWN[noun]:
            found[name] = at
        else:
            unknown.append((at, name))
    for guess in (_same, _close):
        unknown = [
            each for each in unknown if not _match_column(noun, file, each, guess, found, findings)
        ]
    for _, name in unknown:
        if not name.startswith("metadata."):
            findings.notice(file, Saying.COLUMN_UNKNOWN(column=shown(name)))
    return found


def _match_column(
    noun: str,
    file: str,
    column: tuple[int, str],
    guess: Callable[[str, dict[str, str]], str | None],
    found: dict[str, int],
    findings: Findings,
) -> bool:
    """Use the column as a known one that is missing, if the names are alike."""
    at, name = column
    free = {plain(known): known for known in KNOWN[noun] if known not in found}
    if name.startswith("metadata.") and plain(name) not in free:
        return False
    meant = guess(plain(name), free)
    if meant is None:
        return False
    found[meant] = at
    findings.notice(file, Saying.COLUMN_READ_AS(column=name, meant=meant))
    return True


def _same(name: str, free: dict[str, str]) -> str | None:
    return free.get(name)


def _close(name: str, free: dict[str, str]) -> str | None:
    if len(name) > LONGEST_NAME:
        return None
    close = get_close_matches(name, free, n=1, cutoff=ALIKE)
    return free[close[0]] if close else None


def plain(name: str) -> str:
    """The name in lower case, without separators."""
    return re.sub(r"[\s_-]", "", name).lower()
