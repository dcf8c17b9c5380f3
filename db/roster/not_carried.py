"""What an export does not carry, since OneRoster has no place for it or it is not the school's."""

from collections.abc import Iterator

from db.roster.export_rows import TABLES
from db.tables import metadata

CARRIED = {"school", *TABLES}
"""The tables whose records an export writes."""
LEFT_OUT = {
    "homework, and what became of it for each student": ("homework", "homework_status"),
    "files that hang on records, and their bytes": ("file", "stray_bytes"),
    "materials, and who has opened them": ("material", "material_opening"),
    "pages of the school's site": ("site_page",),
    "pages of people, class groups and subjects, with posts, comments and reactions": (
        "page", "page_follow", "post", "comment", "post_reaction",
    ),
    "quizzes, the questions for them, and what students answered": (
        "quiz", "quiz_question", "quiz_try",
    ),
    "surveys, who has answered them, and what was answered": (
        "survey", "survey_participation", "survey_tally", "survey_answer",
    ),
    "conversations, messages, and what people keep of them": (
        "conversation", "message", "conversation_draft", "conversation_place", "message_block",
        "message_rest",
    ),
    "the forum, the FAQ, and what moderators and guardians decided": (
        "forum_board", "forum_topic", "forum_answer", "faq_entry", "moderation_case",
        "child_restriction",
    ),
    "terms of glossaries": ("glossary_term",),
    "dictionaries, the words that accounts learn, and what was translated for them": (
        "dictionary", "dictionary_entry", "studied_word", "translation", "translation_use",
    ),
    "remarks and their replies": ("remark", "remark_reply"),
    "announcements, and who has read them": ("announcement", "announcement_reading"),
    "events, and the replies to them": ("school_event", "event_reply"),
    "signatures of diaries, and what guardians have seen": ("diary_signature", "seen"),
    "days off, and days taught as others of the week": ("day_off", "swapped_day"),
    "rooms, bell schedules, weekly patterns, and when lessons were generated": (
        "room", "bell_schedule", "lesson_pattern", "timetable",
    ),
    "grades of periods, and the rules by which they are made of marks": (
        "period_grade", "grading_rule",
    ),
    "from which year a year was opened, so that it can be taken back": ("year_opening",),
    "attendance, its tokens, and notices of absence": (
        "attendance", "attendance_taking", "attendance_code", "absence_notice",
    ),
    "accounts and their passwords, who may do what by them, and sessions": (
        "account", "membership", "session", "sign_in_tries", "password_code", "email_confirmation",
        "second_factor", "recovery_code", "sign_in_challenge", "trusted_device",
        "identity", "provider_sign_in", "pending_identity", "provider_session",
        "passkey", "passkey_challenge",
        "account_step", "tie_step", "profile", "calendar_feed",
    ),
    "access codes, and mail that waits": ("access_code", "mail"),
    "the audit": ("audit_note", "audit_entry", "audit_chain", "account_tally"),
    "exports of students' data, and reports of what was erased": (
        "data_export", "data_export_archive", "erasure",
    ),
    "notices, who has read them, and how accounts are told": (
        "notice", "notice_mark", "notice_reading", "notice_place", "notice_ways", "push_device",
        "push_key",
    ),
    "webhooks and their deliveries": ("webhook", "webhook_delivery"),
    "the live feed and the receipts of requests": (
        "outbox", "table_change", "feed_key", "receipt",
    ),
}  # fmt: skip
"""The tables that are left out, by what they hold; histories are told apart by their names."""
PARTS = (
    "the history of every record: who changed what, when and why",
    "withdrawn grades, and the weight, the author and the bonus of each grade",
    (
        "lessons without a grade that no roster has brought; hours, rooms, teachers and states of"
        " lessons"
    ),
    (
        "a school's time zone, language, scale, rounding rule, week and term of keeping, and scales"
        " beyond their ranges"
    ),
    "the scale of a course, deputies of class teachers, stand-ins, and locks of periods",
    "the relation and the days of guardianships, of which the current ones are written",
)
"""What is left out of records that are written."""
ALL_OF_IT = "gradebook backup carries all of it."


def is_history(table: str) -> bool:
    return table.endswith("_revision")


def unexplained() -> set[str]:
    """The tables that are neither written nor listed here: none, or this file is out of date."""
    listed = {table for tables in LEFT_OUT.values() for table in tables}
    return {name for name in metadata.tables if not is_history(name)} - CARRIED - listed


def not_carried() -> Iterator[str]:
    """The lines of one list."""
    yield "Not in it, as a roster has no place for it:"
    for what in (*LEFT_OUT, *PARTS):
        yield f"  {what}"
    yield ALL_OF_IT
