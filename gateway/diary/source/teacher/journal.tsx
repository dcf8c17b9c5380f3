/** The journal of a period: students by lessons, to read and to type into. */
import { useMemo, useState } from "react";
import { Link, useParams } from "wouter";
import { useData } from "../epoch";
import { useAsked } from "../family/students";
import { JournalDocument, type JournalQuery, PeriodsDocument } from "../generated/graphql";
import { useOutbox } from "../outbox";
import { day, number, t } from "../texts";
import { type Column, Grid, type Row } from "../ui/grid";
import { Problem, Waiting } from "../ui/notices";
import { cellOf, reading, standingOf } from "./cells";
import { attendancePlace, markPlace, tokenOf, useEntry } from "./entry";
import { PeriodPicker, currentPeriod } from "./period-picker";
import { Refusals } from "./refusals";
import { Remarks } from "./remarks";

type Course = NonNullable<JournalQuery["course"]>;
type JournalRow = NonNullable<Course["journal"]>["rows"][number];
type Period = NonNullable<Course["school"]>["periods"][number];

export default function JournalPage() {
  const { id = "" } = useParams<{ id: string }>();
  const course = decodeURIComponent(id);
  const [asked] = useAsked();
  const { data, error, waiting } = useData(PeriodsDocument, { course });
  if (waiting) return <Waiting />;
  const school = data?.course?.school;
  const period = currentPeriod(school, asked.get("period"));
  if (!data?.course || !period) return <Problem error={error} />;
  return (
    <>
      <PeriodPicker periods={school?.periods ?? []} chosen={period.id} />
      <JournalOf course={course} period={period} />
    </>
  );
}

function JournalOf({ course: id, period }: { course: string; period: Period }) {
  const { data, error, waiting } = useData(JournalDocument, { course: id, from: period.startsOn, to: period.endsOn });
  if (waiting) return <Waiting />;
  if (!data?.course?.journal) return <Problem error={error} />;
  return <Table course={data.course} period={period} />;
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

function Table({ course, period }: { course: Course; period: Period }) {
  const entry = useEntry();
  const outbox = useOutbox();
  const journal = course.journal!;
  const types = course.school?.workTypes.filter(({ active }) => active) ?? [];
  const [type, setType] = useState(types[0]?.id ?? "");
  const tokens = course.school?.attendanceTokens ?? [];
  const marks = course.gradeScale?.marks ?? [];
  const cells = useMemo(() => cellsOf(journal.rows), [journal.rows]);
  const today = course.school?.today ?? "";
  const columns: Column[] = useMemo(
    () =>
      journal.lessons.map(({ id, date, topic, status }) => ({
        id,
        width: 58,
        editable: !period.locked && status !== "CANCELLED" && date <= today,
        head: (
          <Link href={`/diary/lesson/${encodeURIComponent(id)}`} title={topic ?? undefined}>
            {day(date, { day: "numeric" })}<br />
            <small>{day(date, { month: "short" })}</small>
          </Link>
        ),
      })),
    [journal.lessons, period.locked, today],
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
        palette={[...marks.filter((mark) => !/[+-]$/.test(mark)), ...tokens.map(({ token }) => token)].slice(0, 16)}
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
          });
        }}
      />
      <p className="help">{t("grid_help")}</p>
      <Remarks course={course.id} from={period.startsOn} to={today < period.endsOn ? today : period.endsOn} />
    </>
  );
}
