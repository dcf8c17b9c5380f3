"""What an import says of a roster: a sentence of English, and its code and values for a client
that says it in another language."""

from collections.abc import Mapping
from enum import Enum


class Said(str):
    """A sentence that is known by its code."""

    __slots__ = ("code", "values")
    code: str
    values: Mapping[str, str]

    def within(self, sentence: str, **values: object) -> "Said":
        """The longer sentence that this one is part of."""
        return said(sentence, self.code, {**self.values, **_texts(values)})


def said(sentence: str, code: str, values: Mapping[str, str]) -> Said:
    made = Said(sentence)
    made.code, made.values = code, values
    return made


def _texts(values: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items()}


class Refusal(ValueError):
    """A roster is not imported as a whole, as it is said."""

    def __init__(self, why: Said) -> None:
        super().__init__(why)
        self.said = why


class Saying(Enum):
    """The code of a sentence, and the sentence with the names of its values."""

    def __call__(self, **values: object) -> Said:
        return said(self.value.format(**values), self.name, _texts(values))

    # of a file
    NOT_READ = "is not read"
    REPEATS = "repeats {twin}; it is not read"
    READ_AS_FILE = "is read as {meant}"
    CALLED_ABSENT = "{file} is there, though it is called absent; it is not read"
    NO_MANIFEST = "is missing; every file is taken for a bulk file"
    BAD_MANIFEST = "has bad rows, so nothing absent is made inactive"
    MANIFEST_WITHOUT_COLUMNS = "the manifest has no propertyName and value"
    TOLD_TWICE = "{value} is {before} on line {first}"
    OTHER_VERSION = "version {value} is none of {among}"
    NAMED_AND_NOT_THERE = "{file} is called {value} and is not there"
    TAKEN_FOR_BULK = "{file} is there without a word on it; it is taken for bulk"
    UTF_32 = "the file is in UTF-32: save it as UTF-8"
    UTF_16_CUT = "the file is in UTF-16 and ends in the middle of a character"
    UTF_16 = "is in UTF-16; it is read so"
    NO_HEADER = "the file has no header"
    HEADER_TOO_LONG = "the header has more than {most} columns"
    HEADER_QUOTES = "the quotation marks of the header are not in order"
    COMMAS_INSTEAD = "is separated by commas, not by {delimiter}"
    HEADER_NOT_SEPARATED = "the header is not separated by {delimiter}"
    SEPARATED_BY = "is separated by {delimiter}; it is read so"
    SEPARATED_UNEVENLY = (
        "is separated by {delimiter}, it seems, but not every row has as many cells as the header:"
        " give --delimiter {option}"
    )
    NO_ROW_READ = "none of its rows is read"
    BULK_WITH_STATUS = "a bulk file leaves status and dateLastModified blank; they are read"
    MORE_NOTICES = "there is more to notice, which is not listed"

    # of a column
    COLUMN_MISSING = "the column is missing"
    COLUMN_TWICE = "the column is there twice"
    COLUMN_WITHOUT_NAME = "a column without a name is not read"
    COLUMN_UNKNOWN = "the column {column} is not of the format and is not read"
    COLUMN_READ_AS = "the column {column} is read as {meant}"
    INSTANTS_AS_DAYS = "{column} instants are written where days belong; the day is taken"
    INSTANTS_IN_ZONE = (
        "{column} instants are written where days belong; the day that it is in the school's zone"
        " is taken"
    )

    # of a row
    ROW_BLANK = "a row of blank cells is not read"
    LINE_TOO_LONG = "the line is too long to be a row"
    TOO_MANY_CELLS = "has more than {most} cells"
    QUOTE_OPEN = "a quotation mark is opened and never closed"
    QUOTE_OPEN_BEFORE = (
        "a quotation mark is opened and never closed before line {line}, which may be a row"
    )
    QUOTES = "the quotation marks are not in order ({why})"
    PART_OF_ROW = "is read as part of the row on line {first}"
    CELLS = "has {count} cells where the header has {most}"
    VALUE_WITHOUT_NAME = "has a value in a column without a name"
    ALREADY_ON_LINE = "{value} is already on line {first}"
    SAME_DAYS = "what ends on the day on which it begins has no day"

    # of a value
    BLANK = "is blank"
    UNSEEN_CHARACTER = "{value} holds a character that is not seen"
    NUL_CHARACTER = "holds a NUL character"
    NOT_UTF_8 = "is not UTF-8 (byte 0x{byte} in {value})"
    TOO_LONG = "has {count} characters, more than {most}"
    NO_DAY = "{value} is not a day: write it as 2025-01-31"
    NO_DAY_OF_CALENDAR = "{value} is not a day of the calendar"
    NO_INSTANT_OF_CALENDAR = "{value} is not an instant of the calendar"
    SEVERAL_DAYS = "{value} may be {meant}: write the one that is meant"
    YEAR_FIRST = "days are written with the year first and strokes; they are read so"
    STROKES = "days are written with strokes; those that can only mean one day are taken"
    NO_INSTANT = "{value} is no instant; nothing depends on it"
    DAY_FOR_INSTANT = "is a day and not an instant; nothing depends on it"
    STROKES_FOR_INSTANT = "is written like 1/05/2023, day or month first; nothing depends on it"
    OTHER_TRUTH = "truth is written otherwise than true and false; it is read so"
    NO_TRUTH = "{value} is neither true nor false"
    NO_TRUTH_LEFT_OUT = "is neither true nor false, so it is not read"
    PASSWORD = (
        "is never taken over: people choose their own with an access code; delete the column, as"
        " whoever has the file can read it"
    )
    NO_NUMBER = "{value} is not a number"
    NONE_OF = "{value} is none of {among}"
    READ_AS = "{value} is read as {meant}"
    END_BEFORE_BEGIN = "is before the {first}"

    # of what a row refers to
    NOT_THERE = "there is no {noun} {id}"
    NOT_THERE_NO_FILE = "there is no {noun} {id}, and the roster has no file of them"
    ITSELF_BAD = "the {noun} {id} is itself a bad row (line {line})"
    NO_SCHOOL_OR_PART = "the org {id} is neither a school nor part of one"
    NOT_OF_SCHOOL = "the user {id} is no {role} of the school"
    CLASS_ELSEWHERE = "the class is of another school"
    PARENTS_IN_CIRCLE = "its parents go round in a circle"

    # of schools and years
    NO_SCHOOL = "no school is in this roster, so nothing has a place"
    TAKEN_AS_SCHOOL = "{name} is taken as school {number}, which is called so"
    DEPARTMENT_AS_SCHOOL = "the department {name} is taken as a school"
    PARENT_NOT_IN_FILE = "a school's parent {id} is not in the file"
    NO_SCHOOL_OF_ITS_OWN = "a {type} is no school of its own"
    ENDS_EXCLUSIVE = (
        "a session ends on the day on which the next begins, so every endDate, also of enrollments"
        " and roles, is read as the day after the last (--end-days inclusive says otherwise)"
    )
    ENDS_SHARED = (
        "a session ends on the day on which the next begins, and both have that day"
        " (--end-days exclusive says otherwise)"
    )
    NO_YEAR = (
        "there is no schoolYear that it belongs to, and it is longer than one: add a session of"
        " type schoolYear, or fill in the column schoolYear"
    )
    YEAR_TOO_LONG = (
        "the sessions of the schoolYear {name} last from {first} to {last}, longer than a year:"
        " add sessions of type schoolYear, and name them as parents"
    )
    YEAR_BY_NAME = "a session without a year as its parent is of the year of its schoolYear"
    YEAR_BY_DAYS = "a session without a year as its parent is of the year of its days"

    # of people and what ties them
    ROLE_NOT_TAKEN = "the role {role} is not taken"
    CHIEF_NOT_TAKEN = (
        "the role {role} is not taken; `gradebook create-admin` makes an administrator's account"
    )
    TEACHER_SHARED = (
        "a teacher is taken as one of the class's school, though their role is of another org"
    )
    TEACHER_WITHOUT_SCHOOL = "a teacher of no school who has no class in one is not brought in"
    USER_WITHOUT_ROLE = "a user without a role that is taken is not brought in"
    ROLES_BAD = "has bad rows, so nobody absent is made inactive"
    ROWS_WITHOUT_NAME = "has rows that name nothing, so nothing absent is made inactive"
    TIE_LEFT_ALONE = "a tie to a guardian of the diary's own is not named, and stays as it was"
    TIED_BY_GUARDIAN = (
        "a guardian's row names the child, and not the child's the guardian; they are tied"
    )
    AGENT_WITHOUT_ROLE = "an agent without a guardian's role is not tied"
    ENROLLMENT_NOT_TAKEN = "an enrollment as {role} is not taken"
    IN_THE_NEW_CLASS = "a student who changes class on a day is in the new one on it"
    TEACHER_ELSEWHERE = "a teacher's school is another than the class's"
    FIRST_OF_HOMEROOM = "of several teachers of a homeroom, the first is taken"
    COURSE_FROM_CLASS = "the course of a class is in no file; its subject is told from the class"
    COURSE_NOT_NEEDED = "the course of a homeroom is in no file, and is not needed"

    # of works and marks
    WEIGHT = "a weight is from 0 to {most}"
    HOMEROOM_WITHOUT_WORK = "a homeroom has no line items"
    NO_DATE = "neither a dueDate nor an assignDate is given"
    END_OF_CALENDAR = "{day} is at the end of the calendar"
    NO_SCALE = "{least} to {most} is no scale: {why}"
    SEVERAL_RESULTS = (
        "a student has several results for one line item: the latest with a mark counts,"
        " the others are withdrawn"
    )
    BLANK_THOUGH_GRADED = "is blank, though the result is fully graded"
    BEYOND = "is beyond {most}"
    ROUNDED = "a score is rounded to {places} decimals"
    OUTSIDE = "{value} is not from {least} to {most}"
    EXTRA_CREDIT = "a score is above its maximum: it is extra credit"
    NO_MARK = "{value} is no mark of at most {most} characters: {why}"

    # of what is no longer listed
    MANY_GONE = "{of}: {gone} of {before} are no longer listed, more than a tenth"

    # of the whole roster
    NO_ARCHIVE = "{archive} is not a zip that can be read: {why}"
    NO_CSV = "{archive} holds no CSV files"
    LARGER = "{archive}: {name} is larger than {most} MiB"
    UNPACKS_LARGER = "{name} unpacks to more than {most} MiB"
    ALL_LARGER = "{archive} unpacks to more than {most} MiB"
    TOO_MANY_ENTRIES = "{archive} holds more than {most} files and folders"
    TOO_MANY_FILES = "{archive} holds more than {most} files"
    DIRECTORY_TOO_LARGE = "{archive} holds too many files, or is a zip of 64 bits"
    ENCRYPTED = "{name} is encrypted"
    NOT_DEFLATED = "{name} is packed in a way that is not read: use deflate"
    SEVERAL_TIMES = "{archive} holds {name} {times} times"
    SEVERAL_FOLDERS = (
        "{archive} holds CSV files in several folders ({folders}): keep the one that is meant"
    )
    TWO_NAMES = "both {name} and {twin} are there: keep the one that is meant"
    TOO_MANY_LINES = "{name} has more than {most} lines"
    LINES_LOST = "{name} has {count} lines, of which {accounted} are accounted for"
    TOO_MANY_BAD = "more than {most} rows are bad; the last is {last}"
    OTHER_SCHOOLS = (
        "it is about other schools than this one: its orgs.csv names this school alone, by the"
        " id that it has in an export or in the roster before"
    )
    SCHOOL_UNKNOWN = "the roster has no school {names} to give a time zone"
    BESIDE_DEMO = (
        "{name} is a real school, and this database holds the demo school, which never"
        " mixes with one. Give it another database (GRADEBOOK_DATABASE_URL or GRADEBOOK_DATA),"
        " or remove the demo first: {commands}"
    )
    CHANGED_MEANWHILE = "Somebody else has changed a {table} meanwhile: import again"
