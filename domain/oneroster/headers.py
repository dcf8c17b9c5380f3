"""Every column that the format knows, and which column of a file is which."""

from difflib import get_close_matches

from domain.oneroster.findings import Findings

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


def places(noun: str, file: str, header: list[str], findings: Findings) -> dict[str, int]:
    """Where each known column stands; a name almost right is taken, and noticed."""
    found: dict[str, int] = {}
    unknown: list[tuple[int, str]] = []
    for at, name in enumerate(map(str.strip, header)):
        if not name:
            findings.notice(file, "a column without a name is not read")
        elif name in found:
            findings.bad(file, 1, name, "the column is there twice")
        elif name in KNOWN[noun]:
            found[name] = at
        else:
            unknown.append((at, name))
    for at, name in unknown:
        _guess(noun, file, name, at, found, findings)
    return found


def _guess(
    noun: str, file: str, name: str, at: int, found: dict[str, int], findings: Findings
) -> None:
    free = {known.lower(): known for known in KNOWN[noun] if known not in found}
    close = get_close_matches(name.lower(), free, n=1, cutoff=ALIKE)
    if close and not name.startswith("metadata."):
        found[free[close[0]]] = at
        findings.notice(file, f"the column {name} is read as {free[close[0]]}")
    elif not name.startswith("metadata."):
        findings.notice(file, f"the column {name} is not of the format and is not read")
