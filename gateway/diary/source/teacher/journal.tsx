/** The journal of a period: students by lessons, to read and to type into. */
import { useCallback, useEffect, useMemo, useState } from "react";
import { Link } from "wouter";
import { useAsked, useIdAsked } from "../asked";
import { useData } from "../epoch";
import {
  JournalAveragesDocument,
  type JournalAveragesQuery,
  JournalDocument,
  JournalOutlineDocument,
  type JournalOutlineQuery,
  type JournalQuery,
  PeriodsDocument,
} from "../generated/graphql";
import { type Cell, type Part, partsOf, useBook } from "../journal-book";
import { useOutbox } from "../outbox";
import { day, language, number, t } from "../texts";
import { type Column, Grid, type Row } from "../ui/grid";
import { Problem, Waiting } from "../ui/notices";
import { Nowhere } from "../ui/nowhere";
import { FIVE_POINT } from "../ui/mark";
import { usePrinting } from "../ui/printing";
import { GridHelp, type Shown, isSame, paletteOf, reading, standingOf, useDrawing } from "./cells";
import { tokenOf, useEntry, waitingAt } from "./entry";
import { PeriodPicker, currentPeriod, isClosed, isWhole } from "./period-picker";
import { PrintedJournal } from "./printed-journal";
import Refusals from "./refusals";
import { Remarks } from "./remarks";

type Course = NonNullable<JournalOutlineQuery["course"]>;
type Outline = NonNullable<Course["journal"]>;
type JournalRow = NonNullable<NonNullable<JournalQuery["course"]>["journal"]>["rows"][number];
type Period = NonNullable<Course["school"]>["periods"][number];
type Averages = NonNullable<NonNullable<JournalAveragesQuery["course"]>["journal"]>["rows"];

/** The students and the lessons of a journal. */
interface Lines {
  lessons: Outline["lessons"];
  rows: readonly { student: JournalRow["student"]; average: string | null }[];
}

const NONE: readonly Part[] = [];
const EMPTY: Cell = { grades: [] };

export default function JournalPage() {
  const course = useIdAsked();
  const [asked] = useAsked();
  const { data, error, waiting } = useData(PeriodsDocument, { course });
  if (waiting) return <Waiting />;
  const school = data?.course?.school;
  const period = currentPeriod(school, asked.get("period"));
  if (!data?.course || !period) return <Nowhere error={error} />;
  return (
    <>
      <PeriodPicker periods={school?.periods ?? []} chosen={period.id} />
      {isWhole(period, school?.periods ?? []) ? (
        <Large key={period.id} course={course} period={period} />
      ) : (
        <Small key={period.id} course={course} period={period} />
      )}
    </>
  );
}

interface JournalProps {
  course: string;
  period: Period;
}

/** The journal of a period that has no others in it, asked for at once. */
function Small({ course, period }: JournalProps) {
  const { data, error, waiting } = useData(JournalDocument, { course, from: period.startsOn, to: period.endsOn });
  const journal = data?.course?.journal;
  const cells = useMemo(() => cellsOf(journal?.rows ?? []), [journal?.rows]);
  const lines = useMemo(
    () => journal && { lessons: journal.lessons, rows: journal.rows.map(({ student, average }) => ({ student, average: average?.value ?? null })) },
    [journal],
  );
  const at = useCallback((student: string, lesson: string) => cells.get(student)?.get(lesson) ?? EMPTY, [cells]);
  if (waiting) return <Waiting />;
  if (!data?.course || !lines) return <Problem error={error} />;
  return <Table course={data.course} journal={lines} period={period} at={at} onPrint={() => print()} />;
}

/** The journal of a long period: at first its students and lessons, and then what is in view. */
function Large({ course, period }: JournalProps) {
  const span = { from: period.startsOn, to: period.endsOn };
  const { data, error, waiting } = useData(JournalOutlineDocument, { course, ...span });
  const outline = data?.course?.journal;
  const { data: counted } = useData(JournalAveragesDocument, { course, ...span });
  const averages = counted?.course?.journal?.rows;
  const journal = useMemo(() => outline && withAverages(outline, averages), [outline, averages]);
  const parts = useMemo(() => partsOf(journal?.lessons ?? []), [journal?.lessons]);
  const [wanted, setWanted] = useState(NONE);
  const onView = useCallback(
    (first: number, last: number) => {
      const seen = new Set(journal?.lessons.slice(first, last + 1).map(({ id }) => id));
      setWanted(parts.filter(({ lessons }) => lessons.some((id) => seen.has(id))));
    },
    [parts, journal?.lessons],
  );
  const [prints, setPrints] = useState(false);
  const { at, areThere, problem } = useBook(course, prints ? parts : wanted);
  const ready = prints && areThere;
  useEffect(() => {
    if (!ready) return;
    print();
    setPrints(false);
  }, [ready]);
  if (waiting) return <Waiting />;
  if (!data?.course || !journal) return <Problem error={error} />;
  return (
    <>
      {problem && !problem.networkError && <Problem error={problem} />}
      <Table course={data.course} journal={journal} period={period} at={at} onView={onView} onPrint={() => setPrints(true)} />
    </>
  );
}

function withAverages(outline: Outline, averages: Averages | undefined): Lines {
  const found = new Map(averages?.map(({ student, averageValue }) => [student?.id, averageValue]));
  return { lessons: outline.lessons, rows: outline.rows.map(({ student }) => ({ student, average: found.get(student?.id) ?? null })) };
}

/** The cells of each student by lesson, looked up once for all. */
function cellsOf(rows: readonly JournalRow[]): Map<string, Map<string, Cell>> {
  return new Map(
    rows.map(({ student, grades, attendance }) => {
      const cells = new Map<string, Cell>([...Map.groupBy(grades, ({ lesson }) => lesson.id)].map(([lesson, of]) => [lesson, { grades: of }]));
      for (const one of attendance) cells.set(one.lesson.id, { grades: cells.get(one.lesson.id)?.grades ?? [], attendance: one });
      return [student?.id ?? "", cells] as const;
    }),
  );
}

interface TableProps {
  course: Course;
  journal: Lines;
  period: Period;
  /** What stands in a cell; undefined where it is not known yet. */
  at: (student: string, lesson: string) => Cell | undefined;
  onView?: (first: number, last: number) => void;
  onPrint: () => void;
}

function Table({ course, journal, period, at, onView, onPrint }: TableProps) {
  const printing = usePrinting();
  const entry = useEntry();
  const outbox = useOutbox();
  const draw = useDrawing();
  const types = course.school?.workTypes.filter(({ active }) => active) ?? [];
  const [type, setType] = useState(types[0]?.id ?? "");
  const tokens = course.school?.attendanceTokens ?? [];
  const marks = (course.gradeScale ?? FIVE_POINT).marks;
  const scale = course.gradeScale;
  const today = course.school?.today ?? "";
  const writes = course.viewerMay.includes("decidePeriodGrades"); // as those do who give its marks
  const columns = useMemo(
    () => columnsOf(journal.lessons, writes, today, (course.school?.periods ?? []).filter((one) => isClosed(one, today))),
    [journal.lessons, course.school?.periods, today, writes, language()],
  );
  const rows: Row[] = useMemo(
    () =>
      journal.rows.map(({ student, average }) => ({
        id: student?.id ?? "",
        name: student?.displayName ?? "",
        end: average && <b>{number(average)}</b>,
      })),
    [journal.rows, language()],
  );
  const waiting = useMemo(() => waitingAt(outbox), [outbox]);
  const shown = useCallback(
    (row: Row, column: Column): Shown => ({ ...(at(row.id, column.id) ?? EMPTY), waiting: waiting(row.id, column.id), scale }),
    [at, waiting, scale],
  );

  function onEnter(row: Row, column: Column, text: string): void {
    const cell = at(row.id, column.id);
    if (!cell) return; // what stands there is not known yet
    const token = marks.includes(text) ? undefined : tokenOf(text, tokens);
    const { attendance } = cell;
    if (text && token) return entry.there(row.id, column.id, token.token, attendance);
    const standing = standingOf(cell.grades).at(-1);
    if (!text && !standing) return attendance && entry.there(row.id, column.id, null, attendance);
    const workType = standing?.workType.id ?? type;
    return void entry.mark({ student: row.id, lesson: column.id, workType }, standing, text);
  }

  const title = `${course.classGroup?.name ?? ""} ${course.subject?.name ?? course.title}`;
  return (
    <div className="across">
      {printing && (
        <PrintedJournal title={`${title}, ${period.name}`} name={t("student")} end={t("average")} lessons={journal.lessons} rows={rows} at={at} />
      )}
      <div className="no-print">
        <h1>
          {title} <small>{period.name}{period.locked && ` · ${t("locked")}`}</small>
        </h1>
        <div className="tools">
          <button type="button" onClick={onPrint}>{t("print")}</button>
          {writes && <>
            <button type="button" onClick={entry.undo}>{t("undo")}</button>
            <label>
              {t("work_type")}{" "}
              <select value={type} onChange={({ target }) => setType(target.value)}>
                {types.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
              </select>
            </label>
          </>}
          <Link href={`/diary/period-grades/${encodeURIComponent(course.id)}?period=${encodeURIComponent(period.id)}`}>{t("period_grades")}</Link>
        </div>
        <Refusals />
        <Grid
          key={period.id}
          label={t("nav_journals")}
          rows={rows}
          columns={columns}
          onUndo={entry.undo}
          onEnter={onEnter}
          palette={writes ? paletteOf(marks, tokens) : []}
          paletteLabel={t("palette")}
          reads={(text) => reading(text, marks, tokens.map(({ token }) => token))}
          shown={shown}
          same={isSame}
          draw={draw}
          onView={onView}
        />
        {writes && <GridHelp tokens={tokens} />}
        <Remarks course={course.id} from={period.startsOn} to={today < period.endsOn ? today : period.endsOn} />
      </div>
    </div>
  );
}

function columnsOf(lessons: Outline["lessons"], writes: boolean, today: string, locked: readonly Period[]): Column[] {
  return lessons.map(({ id, date, topic, status }) => ({
    id,
    width: 58,
    editable: writes && status !== "CANCELLED" && date <= today && !locked.some(({ startsOn, endsOn }) => startsOn <= date && date <= endsOn),
    head: (
      <Link href={`/diary/lesson/${encodeURIComponent(id)}`} title={topic ?? undefined}>
        {day(date, { day: "numeric" })}<br />
        <small>{day(date, { month: "short" })}</small>
      </Link>
    ),
  }));
}
