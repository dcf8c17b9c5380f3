/** The journal of a period: students by lessons, to read and to type into. */
import { useMemo, useState } from "react";
import { Link } from "wouter";
import { useAsked, useIdAsked } from "../asked";
import { useData } from "../epoch";
import { JournalAveragesDocument, type JournalAveragesQuery, JournalDocument, type JournalQuery, PeriodsDocument } from "../generated/graphql";
import { useOutbox } from "../outbox";
import { day, number, t } from "../texts";
import { type Column, Grid, type Row } from "../ui/grid";
import { Problem, Waiting } from "../ui/notices";
import { cellOf, paletteOf, reading, standingOf } from "./cells";
import { attendancePlace, markPlace, tokenOf, useEntry } from "./entry";
import { PeriodPicker, type Span, currentPeriod, partsOf } from "./period-picker";
import { Refusals } from "./refusals";
import { Remarks } from "./remarks";

type Course = NonNullable<JournalQuery["course"]>;
type Journal = NonNullable<Course["journal"]>;
type JournalRow = Journal["rows"][number];
type Averages = NonNullable<NonNullable<JournalAveragesQuery["course"]>["journal"]>["rows"];
type Period = NonNullable<Course["school"]>["periods"][number];

export default function JournalPage() {
  const course = useIdAsked();
  const [asked] = useAsked();
  const { data, error, waiting } = useData(PeriodsDocument, { course });
  if (waiting) return <Waiting />;
  const school = data?.course?.school;
  const period = currentPeriod(school, asked.get("period"));
  if (!data?.course || !period) return <Problem error={error} />;
  return (
    <>
      <PeriodPicker periods={school?.periods ?? []} chosen={period.id} />
      <JournalOf key={period.id} course={course} period={period} parts={partsOf(period, school?.periods ?? [])} />
    </>
  );
}

interface JournalProps {
  course: string;
  period: Period;
  /** The spans of the period that are asked for one by one: a year at once would be refused as too large. */
  parts: readonly Span[];
}

function JournalOf({ course, period, parts }: JournalProps) {
  const span = { from: period.startsOn, to: period.endsOn };
  const { data, error } = useData(JournalAveragesDocument, { course, ...span }, parts.length === 1);
  if (error && !data) return <Problem error={error} />;
  return <Parts course={course} period={period} parts={parts} found={[]} averages={data?.course?.journal?.rows} />;
}

interface PartsProps extends JournalProps {
  found: readonly (Course | null | undefined)[];
  averages: Averages | undefined;
}

/** Asks for the first of the parts, below which the others are asked for at the same time. */
function Parts({ course, period, parts, found, averages }: PartsProps) {
  const [span, ...rest] = parts;
  const { data, error, waiting } = useData(JournalDocument, { course, ...span! });
  if (!waiting && !data?.course?.journal) return <Problem error={error} />;
  const all = [...found, data?.course];
  if (rest.length > 0) return <Parts course={course} period={period} parts={rest} found={all} averages={averages} />;
  const there = all.filter((one): one is Course => Boolean(one?.journal));
  if (there.length < all.length || (all.length > 1 && !averages)) return <Waiting />;
  return <Joined courses={there} period={period} averages={averages ?? []} />;
}

function Joined({ courses, period, averages }: { courses: readonly Course[]; period: Period; averages: Averages }) {
  const journals = courses.map(({ journal }) => journal!);
  const journal = useMemo(() => joined(journals, averages), [averages, ...journals]);
  return <Table course={courses[0]!} journal={journal} period={period} />;
}

/** One journal of several, whose lines and averages are those of the whole span. */
function joined(journals: readonly Journal[], averages: Averages): Pick<Journal, "lessons" | "rows"> {
  const [first, ...others] = journals;
  if (others.length === 0) return first!;
  const parts = Map.groupBy(journals.flatMap(({ rows }) => rows), ({ student }) => student?.id);
  const rows = averages.map((one) => {
    const of = parts.get(one.student?.id) ?? [];
    return { ...one, grades: of.flatMap(({ grades }) => grades), attendance: of.flatMap(({ attendance }) => attendance) };
  });
  return { lessons: journals.flatMap(({ lessons }) => lessons), rows };
}

/** The cells of each student by lesson, looked up once for all. */
function cellsOf(rows: readonly JournalRow[]) {
  return new Map(
    rows.map((row) => {
      const grades = Map.groupBy(row.grades, ({ lesson }) => lesson.id);
      const attendance = new Map(row.attendance.map((one) => [one.lesson.id, one]));
      return [row.student?.id ?? "", { grades, attendance }] as const;
    }),
  );
}

function Table({ course, journal, period }: { course: Course; journal: Pick<Journal, "lessons" | "rows">; period: Period }) {
  const entry = useEntry();
  const outbox = useOutbox();
  const types = course.school?.workTypes.filter(({ active }) => active) ?? [];
  const [type, setType] = useState(types[0]?.id ?? "");
  const tokens = course.school?.attendanceTokens ?? [];
  const marks = course.gradeScale?.marks ?? [];
  const cells = useMemo(() => cellsOf(journal.rows), [journal.rows]);
  const locked = (course.school?.periods ?? []).filter((one) => one.locked);
  const today = course.school?.today ?? "";
  const columns: Column[] = useMemo(
    () =>
      journal.lessons.map(({ id, date, topic, status }) => ({
        id,
        width: 58,
        editable: status !== "CANCELLED" && date <= today && !locked.some(({ startsOn, endsOn }) => startsOn <= date && date <= endsOn),
        head: (
          <Link href={`/diary/lesson/${encodeURIComponent(id)}`} title={topic ?? undefined}>
            {day(date, { day: "numeric" })}<br />
            <small>{day(date, { month: "short" })}</small>
          </Link>
        ),
      })),
    [journal.lessons, course.school?.periods, today],
  );
  const rows: Row[] = journal.rows.map(({ student, average }) => ({
    id: student?.id ?? "",
    name: student?.displayName ?? "",
    end: average && <b>{number(average.value)}</b>,
  }));
  const last = (row: Row, column: Column) => standingOf(cells.get(row.id)?.grades.get(column.id) ?? []).at(-1);

  function onEnter(row: Row, column: Column, text: string): void {
    const token = marks.includes(text) ? undefined : tokenOf(text, tokens);
    const attendance = cells.get(row.id)?.attendance.get(column.id);
    if (text && token) return entry.there(row.id, column.id, token.token, attendance?.token ?? null);
    const standing = last(row, column);
    if (!text && !standing) return attendance && entry.there(row.id, column.id, null, attendance.token);
    const workType = standing?.workType.id ?? type;
    return void entry.mark({ student: row.id, lesson: column.id, workType }, standing, text);
  }

  return (
    <>
      <h1>
        {course.classGroup?.name} {course.subject?.name ?? course.title} <small>{period.name}{period.locked && ` · ${t("locked")}`}</small>
      </h1>
      <div className="tools">
        <button type="button" onClick={entry.undo}>{t("undo")}</button>
        <label>
          {t("work_type")}{" "}
          <select value={type} onChange={({ target }) => setType(target.value)}>
            {types.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
          </select>
        </label>
        <Link href={`/diary/period-grades/${encodeURIComponent(course.id)}?period=${encodeURIComponent(period.id)}`}>{t("period_grades")}</Link>
      </div>
      <Refusals
        nameOf={(student) => rows.find(({ id }) => id === student)?.name ?? ""}
        standing={(id) => journal.rows.flatMap(({ grades }) => grades).find((one) => one.id === id)}
      />
      <Grid
        key={period.id}
        label={t("nav_journals")}
        rows={rows}
        columns={columns}
        onUndo={entry.undo}
        onEnter={onEnter}
        palette={paletteOf(marks, tokens)}
        paletteLabel={t("palette")}
        reads={(text) => reading(text, marks, tokens.map(({ token }) => token))}
        cell={(row, column) => {
          const waiting = outbox.filter(
            ({ of }) => of === attendancePlace(row.id, column.id) || of.startsWith(markPlace({ student: row.id, lesson: column.id, workType: "" })),
          );
          const found = cells.get(row.id);
          return cellOf({
            grades: found?.grades.get(column.id) ?? [],
            attendance: found?.attendance.get(column.id),
            waiting: waiting.slice(-1),
            scale: course.gradeScale,
          });
        }}
      />
      <p className="help">{t("grid_help")}</p>
      <Remarks course={course.id} from={period.startsOn} to={today < period.endsOn ? today : period.endsOn} />
    </>
  );
}
