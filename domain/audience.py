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
    DEPUTY_HEAD = 2048
    CUSTODIAN = 4096
    PRESENT = 8192


ANYONE = Audience.ANYONE
MEMBER = Audience.MEMBER
PRESENT = Audience.PRESENT
"""Who belongs to the school today; others of its members only read on what was theirs."""
HEAD = Audience.HEAD
HEADS = Audience.HEAD | Audience.DEPUTY_HEAD
"""The head of the school and the deputies."""
OFFICE = Audience.OFFICE
STAFF = Audience.STAFF
AUTHOR = Audience.AUTHOR
SELF = Audience.SELF
FAMILY = Audience.SELF | Audience.GUARDIAN
REACHING = Audience.SELF | Audience.CUSTODIAN
"""The family of a student, without guardians whom a restriction keeps from the contacts."""
STAFF_OF = Audience.COURSE_TEACHER | Audience.CLASS_TEACHER | HEADS
CONCERNED = FAMILY | STAFF_OF
"""The family of a student, and the staff who teach or lead them."""
ACQUAINTED = CONCERNED | OFFICE
"""Who knows that a student is there: those, and the office, which reads no marks."""
BY_ROLE = Audience.MEMBER | PRESENT | HEADS | Audience.OFFICE | Audience.STAFF
"""What somebody is to every record of a school by their role there."""
KEEPERS = Audience.CLASS_TEACHER | HEADS | OFFICE
"""Who keeps the documents of a student: the class teacher and the office."""
