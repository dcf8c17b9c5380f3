"""The languages that documents are written in: exports, charts, reports and slips."""

LANGUAGES = ("en", "ru")


def language_of(*wanted: str | None) -> str:
    """The first of the languages, by BCP 47, that documents are written in; or else English."""
    for tag in wanted:
        language = (tag or "").partition("-")[0].lower()
        if language in LANGUAGES:
            return language
    return LANGUAGES[0]
