"""Charts: the data of other fields as Vega-Lite specs, for whoever may read those, with what they
show in words. The gateway draws them at `/charts/`."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from db.reading.schools import schools_by_id
from domain.attendance import MARKERS, AttendanceKind, Count
from domain.audience import ACQUAINTED, ANYONE, STAFF_OF
from domain.charts import (
    KINDS,
    Bar,
    ProgressLine,
    ProgressPoint,
    attendance_chart,
    distribution_chart,
    progress_chart,
)
from domain.charts import Chart as Drawn
from domain.languages import language_of
from domain.progress import SeriesStep
from domain.public_path import PUBLIC_PATH
from resolvers import global_id
from resolvers.attendance import AttendanceCountedByClassGroup, AttendanceCountedByStudent
from resolvers.context import Context
from resolvers.courses import CourseById
from resolvers.grades import ProgressByStudent
from resolvers.loaders import Loader
from resolvers.period_grades import ResultsByClassGroup, ResultsByCourse
from resolvers.relations import may_know
from resolvers.schools import SubjectById
from resolvers.students import StudentById
from schema.attendance_counts import AttendanceBy, SummaryRecord, counts_of
from schema.declare import computed, resolver
from schema.group_results import FiguresRecord, OfPeriod, figures_of
from schema.progress import By as SeriesOf
from schema.progress import EachStep, SeriesBy, SeriesRecord, Window, progress_of
from schema.spans import From, FromUnlessPeriod, InPeriod, To, ToUnlessPeriod, span
from schema.threads import worked_out

PATH = "/charts/"
Language = Annotated[
    str | None,
    strawberry.argument(
        description="In which language its texts are, by BCP 47: English or Russian; unless told, "
        "that of the account, or else of the school."
    ),
]
NAMED = ("school_id", "id", "name")
PERSON = ("school_id", "id", "given_name", "family_name")
COURSE = ("school_id", "id", "title")


@dataclass(frozen=True, slots=True)
class ChartRecord:
    school_id: int
    drawn: Drawn
    address: str


def _address(form: str) -> Any:
    return lambda address: address.replace(".svg", f".{form}", 1)


@strawberry.type(
    description="A chart, as a spec of Vega-Lite and as pictures. It can be read in black and "
    "white, and by people who don't see colours well."
)
class Chart:
    title: str = computed(ANYONE, "What it is called.", lambda drawn: drawn.title, "drawn")
    description: str = computed(
        ANYONE,
        "What it shows in words, for whoever can't see it.",
        lambda drawn: drawn.description,
        "drawn",
    )
    language: str = computed(
        ANYONE, "The language of its texts, by BCP 47.", lambda drawn: drawn.language, "drawn"
    )
    spec: JSON = computed(
        ANYONE, "The spec, of Vega-Lite 5, with its data.", lambda drawn: drawn.spec, "drawn"
    )
    svg: str = computed(
        ANYONE, "Where it is got as SVG, with a GET and the session that asks here.",
        _address("svg"), "address",
    )  # fmt: skip
    png: str = computed(ANYONE, "Where it is got as PNG, likewise.", _address("png"), "address")


async def _names(
    context: Context, loader: Loader, school: int, ids: Sequence[UUID | None], *columns: str
) -> dict[UUID | None, str]:
    """By ids, what records are called that the viewer may know of."""
    keys = [(school, id_) for id_ in dict.fromkeys(ids) if id_ is not None]
    found = await loader.load(context.store, context.viewer, keys)
    return {
        record.id: " ".join(getattr(record, name) for name in columns)
        for record in found.values()
        if record is not None and may_know(context.viewer, loader.noun, record)
    }


async def language_in(context: Context, school_id: int, wanted: str | None) -> str:
    account = None if context.viewer is None else context.viewer.account.language
    if wanted or account:
        return language_of(wanted, account)
    (school,) = await context.store.fetch(schools_by_id, schools=[school_id])
    return language_of(school.language)


def path_of(record: Any, noun: str, name: str, **arguments: object) -> str:
    """Where the chart is got as SVG, with the arguments that were given."""
    of = global_id.make(noun, record.school_id, record.id)
    told = {key.rstrip("_"): value for key, value in arguments.items() if value is not None}
    return f"{PUBLIC_PATH.prefix}{PATH}{name}.svg?{urlencode({'of': of, **told})}"


@resolver(
    ACQUAINTED,
    "A chart of how their marks go in a span of days: a panel of each course unless told, by "
    "week, as `progress` has it; null without any that the viewer may read.",
    Chart | None,
    needs=PERSON,
)
async def student_progress_chart(
    record: Any,
    context: Context,
    first: From,
    last: To,
    by: SeriesOf = SeriesBy.COURSE,
    step: EachStep = SeriesStep.WEEK,
    window: Window = 5,
    language: Language = None,
) -> ChartRecord | None:
    asked = progress_of(record, dict(span(first, last).parameters), by, step, window)
    series: list[SeriesRecord] = [
        each
        for each in await worked_out(context, ProgressByStudent, record, asked)
        if each.points and may_know(context.viewer, "Progress", each)
    ]
    if not series:
        return None
    in_ = await language_in(context, record.school_id, language)
    if by is SeriesBy.COURSE:
        ids = [each.course_id for each in series]
        names = await _names(context, CourseById, record.school_id, ids, "title")
    else:
        ids = [each.subject_id for each in series]
        names = await _names(context, SubjectById, record.school_id, ids, "name")
    lines = [_line(each, names.get(id_)) for each, id_ in zip(series, ids, strict=True)]
    person = f"{record.given_name} {record.family_name}"
    told = {"from_": first, "to": last, "by": by.name, "step": step.name, "window": window}
    return ChartRecord(
        record.school_id,
        progress_chart(person, lines, window, in_),
        path_of(record, "Student", "progress", **told, language=language),
    )


def _line(series: SeriesRecord, name: str | None) -> ProgressLine:
    points = [ProgressPoint(each.day, each.average.value, each.moving) for each in series.points]
    last = series.points[-1]
    return ProgressLine(
        name,
        points,
        sum(each.count for each in series.points),
        last.so_far,
        None if series.trend is None else series.trend.direction.value,
        last.average.best_is_lowest,
    )


async def _distribution(
    record: Any,
    context: Context,
    loader: Loader,
    noun: str,
    name: str,
    period: str | None,
    language: str | None,
) -> ChartRecord | None:
    found = [each for each in await figures_of(context, loader, record, period) if each.graded]
    if not found:
        return None
    in_ = await language_in(context, record.school_id, language)
    bars = [
        Bar(each.course.title, [(one.mark, one.count) for one in each.distribution])
        for each in found
    ]
    drawn = distribution_chart(name, found[0].period_name, bars, _order(found), in_)
    told = {"period": period, "language": language}
    return ChartRecord(record.school_id, drawn, path_of(record, noun, "distribution", **told))


def _order(found: Sequence[FiguresRecord]) -> list[str]:
    """The marks of all, from the best on: each bar has its own in this order."""
    order: list[str] = []
    for each in found:
        after = 0
        for one in each.distribution:
            if one.mark in order:
                after = order.index(one.mark) + 1
            else:
                order.insert(after, one.mark)
                after += 1
    return order


@resolver(
    MARKERS,
    "A chart of the marks of its students in each of their courses in a period, as `figures` has "
    "them; null without any.",
    Chart | None,
    needs=NAMED,
)
async def class_distribution_chart(
    record: Any, context: Context, period: OfPeriod = None, language: Language = None
) -> ChartRecord | None:
    of = ResultsByClassGroup, "ClassGroup", record.name
    return await _distribution(record, context, *of, period, language)


@resolver(
    STAFF_OF,
    "A chart of the marks of its students in a period, as `figures` has them; null without any.",
    Chart | None,
    needs=COURSE,
)
async def course_distribution_chart(
    record: Any, context: Context, period: OfPeriod = None, language: Language = None
) -> ChartRecord | None:
    of = ResultsByCourse, "Course", record.title
    return await _distribution(record, context, *of, period, language)


COUNTED: Mapping[str, AttendanceKind] = {kind: AttendanceKind[kind.upper()] for kind in KINDS}


def _bar(name: str, counted: Count) -> Bar:
    of_kind: Counter[AttendanceKind] = Counter(counted.of_kind)
    return Bar(name, [(kind, of_kind[code]) for kind, code in COUNTED.items()])


@resolver(
    ACQUAINTED,
    "A chart of their attendance in a span of days or in a period, in each course, as "
    "`attendanceCounts` has it; null where none was taken that the viewer may read.",
    Chart | None,
    needs=PERSON,
)
async def student_attendance_chart(
    record: Any,
    context: Context,
    first: FromUnlessPeriod = None,
    last: ToUnlessPeriod = None,
    period: InPeriod = None,
    language: Language = None,
) -> ChartRecord | None:
    asked = counts_of(record.school_id, first, last, period, AttendanceBy.COURSE, record.id)
    found: list[SummaryRecord] = [
        each
        for each in await worked_out(context, AttendanceCountedByStudent, record, asked)
        if may_know(context.viewer, "AttendanceSummary", each)
    ]
    ids = [each.course_id for each in found]
    names = await _names(context, CourseById, record.school_id, ids, "title")
    person = f"{record.given_name} {record.family_name}"
    address = path_of(record, "Student", "attendance", **_given(first, last, period, language))
    return await _attendance(record, context, person, found, ids, names, language, address)


@resolver(
    MARKERS,
    "A chart of the attendance in it in a span of days or in a period, of each student, as "
    "`attendanceCounts` has it; null where none was taken.",
    Chart | None,
    needs=NAMED,
)
async def class_attendance_chart(
    record: Any,
    context: Context,
    first: FromUnlessPeriod = None,
    last: ToUnlessPeriod = None,
    period: InPeriod = None,
    language: Language = None,
) -> ChartRecord | None:
    asked = counts_of(record.school_id, first, last, period, AttendanceBy.STUDENT)
    found = await worked_out(context, AttendanceCountedByClassGroup, record, asked)
    ids = [each.student_id for each in found]
    names = await _names(context, StudentById, record.school_id, ids, "family_name", "given_name")
    address = path_of(record, "ClassGroup", "attendance", **_given(first, last, period, language))
    return await _attendance(record, context, record.name, found, ids, names, language, address)


def _given(
    first: date | None, last: date | None, period: str | None, language: str | None
) -> dict[str, object]:
    return {"from_": first, "to": last, "period": period, "language": language}


async def _attendance(
    record: Any,
    context: Context,
    name: str,
    found: Sequence[SummaryRecord],
    ids: Sequence[UUID | None],
    names: Mapping[UUID | None, str],
    language: str | None,
    address: str,
) -> ChartRecord | None:
    """Of those whose names the viewer may know, in the order of these."""
    bars = [
        _bar(names[id_], each.count.counted)
        for each, id_ in zip(found, ids, strict=True)
        if id_ in names
    ]
    if not bars:
        return None
    in_ = await language_in(context, record.school_id, language)
    bars.sort(key=lambda bar: bar.name.casefold())
    return ChartRecord(record.school_id, attendance_chart(name, bars, in_), address)
