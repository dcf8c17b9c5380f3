"""What a viewer may be to a record, and named sets of these for fields."""

from enum import IntFlag


class Audience(IntFlag):
    """What the viewer is to a record; a field's audience is a set of these."""

    NOBODY = 0
    SELF = 1
    GUARDIAN = 2
    COURSE_TEACHER = 4
    CLASS_TEACHER = 8
    HEAD = 16
    MEMBER = 32
    ANYONE = 64
    AUTHOR = 128
    ADDRESSEE = 256
    OFFICE = 512
    STAFF = 1024


ANYONE = Audience.ANYONE
MEMBER = Audience.MEMBER
HEAD = Audience.HEAD
OFFICE = Audience.OFFICE
STAFF = Audience.STAFF
AUTHOR = Audience.AUTHOR
SELF = Audience.SELF
FAMILY = Audience.SELF | Audience.GUARDIAN
STAFF_OF = Audience.COURSE_TEACHER | Audience.CLASS_TEACHER | Audience.HEAD
CONCERNED = FAMILY | STAFF_OF
"""The family of a student, and the staff who teach or lead them."""
BY_ROLE = Audience.MEMBER | Audience.HEAD | Audience.OFFICE | Audience.STAFF
"""What somebody is to every record of a school by their role there."""
KEEPERS = Audience.CLASS_TEACHER | Audience.HEAD
"""Who keeps the documents of a student: the class teacher and the administration."""
