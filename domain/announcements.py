"""Announcements: who makes them, and who changes them."""

from domain.audience import AUTHOR, OFFICE, Audience

TO_SCHOOL = OFFICE
TO_CLASS_GROUP = Audience.CLASS_TEACHER | OFFICE
TO_COURSE = Audience.COURSE_TEACHER | OFFICE
"""Who announces something to each, of what they are to it."""
EDITORS = AUTHOR | OFFICE
