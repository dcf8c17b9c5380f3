/** One screen for a lesson: attendance, topic, homework and marks. */
import { type FormEvent, useMemo, useState } from "react";
import { useIdAsked } from "../asked";
import { addDays } from "../dates";
import { needsAll, useData } from "../epoch";
import { HomeworkText } from "../family/day";
import { LessonScreenDocument, type LessonScreenQuery, NextLessonsDocument, RestoreHomeworkDocument, WithdrawnHomeworkDocument } from "../generated/graphql";
import { filesOf, uploadAll, whyNotUploaded } from "../files";
import { type Refusal, enter, useOutbox } from "../outbox";
import { type Viewer, leads } from "../session";
import { clock, day, t } from "../texts";
import { Disclosure } from "../ui/disclosure";
import { type Column, Grid, type Row } from "../ui/grid";
import { FIVE_POINT, withoutSigns } from "../ui/mark";
import { RefusalNotice, Waiting } from "../ui/notices";
import { Nowhere } from "../ui/nowhere";
import { usePrinting } from "../ui/printing";
import { PutAway } from "../ui/put-away";
import { Step, TakenBack, type Versioned, numberIn, textIn } from "../ui/steps";
import { GridHelp, type Shown, type Written, isSame, paletteOf, reading, standingOf, useDrawing } from "./cells";
import { attendancePlace, markPlace, tokenOf, useEntry } from "./entry";
import { HandedIn } from "./handed-in";
import { HomeworkMore, HomeworkSteps } from "./homework-steps";
import { ClosingAnyway, LessonSteps, ToPeriods, Reopening, TopicConflict } from "./lesson-closing";
import { MaterialsToSet, materialsIn } from "./materials-to-set";
import { PaperTable } from "./paper-table";
import { isClosed } from "./period-picker";
import Refusals from "./refusals";
import { Remarks } from "./remarks";
import { ToAll } from "./to-all";

type Lesson = NonNullable<LessonScreenQuery["lesson"]>;
type Pupil = NonNullable<Lesson["rows"]>[number];
const THERE = "there";
const AHEAD = 28;
const REMARKED = 7;
const AWAY = new Set(["ABSENT", "EXCUSED", "ILL"]);

export default function LessonPage({ viewer }: { viewer: Viewer }) {
  const { data, error, waiting } = useData(LessonScreenDocument, { lesson: useIdAsked() });
  if (waiting) return <Waiting />;
  if (!data?.lesson) return <Nowhere error={error} />;
  return <LessonScreen lesson={data.lesson} mayOpenPeriods={leads(viewer)} />;
}

function LessonScreen({ lesson, mayOpenPeriods }: { lesson: Lesson; mayOpenPeriods: boolean }) {
  const { school, course, subject } = lesson;
  return (
    <>
      <h1>
        {course.classGroup?.name} {subject?.name ?? course.title}{" "}
        <small>
          {day(lesson.date, { weekday: "long", day: "numeric", month: "long" })}, {clock(lesson.startsAt, school?.timeZone)}
          {lesson.closed && ` · ${t("closed")}`}
        </small>
      </h1>
      <Closed lesson={lesson} mayOpen={mayOpenPeriods} />
      <Work lesson={lesson} />
      {lesson.rows && <Marks lesson={lesson} />}
      <Remarks course={course.id} from={addDays(lesson.date, -REMARKED)} to={lesson.date} />
    </>
  );
}

const mayOf = ({ viewerMay }: Lesson) => (name: Lesson["viewerMay"][number]): boolean => viewerMay.includes(name);

const hasBegun = ({ date, school }: Lesson): boolean => date <= (school?.today ?? "");

/** Why nothing is written here, where nothing is. */
function Closed({ lesson, mayOpen }: { lesson: Lesson; mayOpen: boolean }) {
  const { date, status, school } = lesson;
  const today = school?.today ?? "";
  if (status === "CANCELLED") return <p role="status" className="banner">{t("error_LESSON_CANCELLED")}</p>;
  if (!hasBegun(lesson)) return <p role="status" className="banner">{t("lesson_to_come")}</p>;
  const closed = school?.periods.some((one) => one.startsOn <= date && date <= one.endsOn && isClosed(one, today));
  return closed ? <p role="status" className="banner">{t("error_PERIOD_LOCKED")} {mayOpen && <ToPeriods />}</p> : null;
}

/** The topic, homework, and whether the lesson is complete. */
function Work({ lesson }: { lesson: Lesson }) {
  const [refusal, setRefusal] = useState<Refusal>();
  const [warning, setWarning] = useState<string>();
  const [takenBack, setTakenBack] = useState<Versioned>();
  const [topicOfMine, setTopicOfMine] = useState<string>();
  const may = mayOf(lesson);
  const span = { from: addDays(lesson.date, 1), to: addDays(lesson.date, AHEAD) };
  const { data } = useData(NextLessonsDocument, { course: lesson.course.id, ...span });
  const next = (data?.course?.lessons ?? []).filter(({ status }) => status !== "CANCELLED");

  async function tell(operation: string, input: Record<string, unknown>, shows: string) {
    const payload = await enter(operation, input, `lesson:${lesson.id}:${operation}`, shows);
    const [refused] = payload?.errors ?? [];
    setRefusal(refused);
    if (refused?.code === "CONFLICT") needsAll();
    setWarning((payload?.warning as string | null | undefined) ?? undefined);
    return payload;
  }

  async function setTopic(topic: string) {
    setTopicOfMine(undefined);
    if (topic === (lesson.topic ?? "")) return;
    const payload = await tell("SetTopic", { lesson: lesson.id, expectedVersion: lesson.version, topic: topic || null }, topic);
    if (payload?.errors[0]?.code === "CONFLICT") setTopicOfMine(topic);
  }

  async function setHomework(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const fields = new FormData(form);
    const text = String(fields.get("homework"));
    const chosen = filesOf(fields);
    try {
      const files = chosen.length > 0 ? { files: await uploadAll(chosen, lesson.school?.id ?? "", "HOMEWORK") } : {};
      const payload = await tell("SetHomework", { lesson: lesson.id, text, dueLesson: String(fields.get("due")), materials: materialsIn(fields), expectedMinutes: numberIn(fields, "minutes"), link: textIn(fields, "link"), ...files }, text);
      if (payload?.errors.length === 0) form.reset();
    } catch (failure) {
      setRefusal(whyNotUploaded(failure));
    }
  }

  return (
    <div className="lesson-form">
      <label htmlFor="topic">{t("topic")}</label>
      <input id="topic" key={lesson.topic} defaultValue={lesson.topic ?? ""} readOnly={!may("setLessonTopic")} onBlur={({ target }) => void setTopic(target.value)} onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()} />
      <span className="on-paper">{lesson.topic}</span>
      {topicOfMine !== undefined && <TopicConflict there={lesson.topic} mine={topicOfMine} onKeep={() => { setTopicOfMine(undefined); setRefusal(undefined); }} onInsist={() => void setTopic(topicOfMine)} />}
      {may("setHomework") && <form onSubmit={(event) => void setHomework(event)}>
        <label htmlFor="homework">{t("set_homework")}</label>
        <input id="homework" name="homework" required />
        <select name="due" aria-label={t("due")} required>
          {next.map(({ id, date, slot }, at) => (
            <option key={id} value={id}>
              {t("due_on", { date: day(date, { weekday: "short", day: "numeric", month: "short" }) })}
              {slot !== null && [next[at - 1]?.date, next[at + 1]?.date].includes(date) && ` (${slot})`}
            </option>
          ))}
        </select>
        <input type="file" name="files" multiple aria-label={t("files")} />
        <MaterialsToSet course={lesson.course.id} />
        <Disclosure summary={t("more")}><span className="fields"><HomeworkMore /></span></Disclosure>
        <button type="submit">{t("set")}</button>
      </form>}
      {lesson.homework.map((one) => (
        <div key={one.id} className="set">
          {t("due_on", { date: day(one.dueOn, { day: "numeric", month: "short" }) })}: {one.withdrawn ? t("taken_back") : <HomeworkText one={one} />}
          {one.materials.map(({ id, title }) => <small key={id}>{title} </small>)}
          <HomeworkSteps one={one} onTakenBack={setTakenBack} />
        </div>
      ))}
      {takenBack && <TakenBack key={takenBack.id} record={takenBack} document={RestoreHomeworkDocument} onDone={() => setTakenBack(undefined)} />}
      {lesson.viewerMay.includes("setHomework") && (
        <PutAway
          withdrawn
          of={t("homework")}
          document={WithdrawnHomeworkDocument}
          variables={{ lesson: lesson.id }}
          all={(data) => data.lesson?.withdrawnHomework}
          named={({ text }) => text}
          back={(one) => one.viewerMay.includes("restoreHomework") && (
            <Step record={one} document={RestoreHomeworkDocument} name={t("restore")} of={one.text ?? ""} reason={t("reason_restored_it")} onDone={() => setTakenBack(undefined)} />
          )}
        />
      )}
      {lesson.homeworkDue.length > 0 && (
        <details>
          <summary>{t("due_today")}</summary>
          {lesson.homeworkDue.map((one) => (
            <div key={one.id}>
              <HomeworkText one={one} />
              <HandedIn homework={one.id} />
            </div>
          ))}
        </details>
      )}
      <p className="choices">
        {may("takeAttendance") && hasBegun(lesson) && <button type="button" onClick={() => void tell("TakeAttendance", { lesson: lesson.id, rows: [] }, "")}>
          {lesson.attendanceTakenAt ? t("attendance_taken") : t("all_there")}
        </button>}
        {!lesson.closed && may("closeLesson") && (
          <button type="button" className="first" onClick={() => void tell("CloseLesson", { lesson: lesson.id, expectedVersion: lesson.version }, "")}>
            {t("close_lesson")}
          </button>
        )}
      </p>
      <Reopening lesson={lesson} of={lesson.course.title} />
      {warning && <p role="status">{warning}</p>}
      {topicOfMine === undefined && <RefusalNotice refusal={refusal} />}
      {refusal?.code === "LESSON_INCOMPLETE" && !lesson.closed && (
        <ClosingAnyway onClose={(reason) => void tell("CloseLesson", { lesson: lesson.id, expectedVersion: lesson.version, reason }, "")} />
      )}
      <LessonSteps lesson={lesson.id} timeZone={lesson.school?.timeZone} />
    </div>
  );
}

/** One column for each work type at the lesson, as often as somebody has marks of it. */
function columnsOf(lesson: Lesson, added: readonly string[]): (Column & { workType?: string; nth: number })[] {
  const types = lesson.school?.workTypes ?? [];
  const most = new Map<string, number>();
  for (const { grades } of lesson.rows ?? []) {
    const counts = new Map<string, number>();
    for (const { workType } of standingOf(grades)) counts.set(workType.id, (counts.get(workType.id) ?? 0) + 1);
    for (const [id, count] of counts) most.set(id, Math.max(most.get(id) ?? 0, count));
  }
  const first = types.find(({ active }) => active);
  for (const id of added) most.set(id, (most.get(id) ?? 0) + 1);
  if (most.size === 0 && first) most.set(first.id, 1);
  const begun = hasBegun(lesson);
  const there = { id: THERE, head: t("attendance"), width: 116, editable: begun && mayOf(lesson)("takeAttendance"), nth: 0 };
  const marks = types.flatMap(({ id, name }) =>
    Array.from({ length: most.get(id) ?? 0 }, (_, nth) => ({
      id: `${id}#${nth}`, workType: id, nth, head: nth ? `${name} ${nth + 1}` : name, width: 96, editable: begun && mayOf(lesson)("giveGrade"),
    })),
  );
  return [there, ...marks];
}

function Marks({ lesson }: { lesson: Lesson }) {
  const entry = useEntry();
  const draw = useDrawing();
  const outbox = useOutbox();
  const printing = usePrinting();
  const [added, setAdded] = useState<string[]>([]);
  const columns = useMemo(() => columnsOf(lesson, added), [lesson, added]);
  const pupils = (lesson.rows ?? []).filter((row): row is Pupil & { student: { id: string; displayName: string } } => row.student !== null);
  const rows: Row[] = pupils.map(({ student }) => ({ id: student.id, name: student.displayName }));
  const of = (id: string) => pupils.find(({ student }) => student.id === id)!;
  const isOpen = columns.some(({ editable }) => editable);
  const tokens = lesson.school?.attendanceTokens ?? [];
  const marks = (lesson.gradeScale ?? FIVE_POINT).marks;
  const types = lesson.school?.workTypes.filter(({ active }) => active) ?? [];
  const nth = (student: string, column: string) => {
    const [type, index] = column.split("#");
    return standingOf(of(student).grades).filter(({ workType }) => workType.id === type)[Number(index)];
  };
  const suffix = (column: Column) => (column.id.endsWith("#0") ? "" : column.id.slice(column.id.indexOf("#")));

  function written(student: string, column: string): Written {
    if (column === THERE) return { grades: [], attendance: of(student).attendance };
    const grade = nth(student, column);
    return { grades: grade ? [grade] : [] };
  }

  function placeOf(row: Row, column: Column): string {
    if (column.id === THERE) return attendancePlace(row.id, lesson.id);
    const workType = column.id.split("#")[0]!;
    return markPlace({ student: row.id, lesson: lesson.id, workType }, suffix(column));
  }

  function onEnter(row: Row, column: Column, text: string): void {
    const { attendance } = of(row.id);
    const token = tokenOf(text, tokens);
    if (column.id === THERE) {
      if (text !== "" && !token) return;
      return entry.there(row.id, lesson.id, token?.token ?? null, attendance);
    }
    const workType = column.id.split("#")[0]!;
    void entry.mark({ student: row.id, lesson: lesson.id, workType }, nth(row.id, column.id), text, suffix(column));
  }

  const there = pupils.filter(({ attendance }) => !attendance || !AWAY.has(attendance.kind));
  const open = types.filter(({ id }) => columns.some(({ workType }) => workType === id)).map(({ id, name }) => ({
    id,
    name,
    students: there.filter(({ grades }) => standingOf(grades).every(({ workType }) => workType.id !== id)).map(({ student }) => student.id),
  }));

  return (
    <>
      {isOpen && <div className="tools no-print">
        <button type="button" onClick={entry.undo}>{t("undo")}</button>
        <label>
          {t("add_column")}{" "}
          <select value="" onChange={({ target }) => setAdded([...added, target.value])}>
            <option value="" disabled>…</option>
            {types.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
          </select>
        </label>
      </div>}
      <Refusals lesson={lesson.id} />
      {printing && <PaperTable title={t("class")} name={t("student")} columns={columns} rows={rows} at={written} />}
      <Grid
        label={t("class")}
        rows={rows}
        columns={columns}
        onUndo={entry.undo}
        onEnter={onEnter}
        palette={isOpen ? paletteOf(marks, tokens) : []}
        paletteLabel={t("palette")}
        reads={(text, column) => (column.id === THERE ? reading(text, [], tokens.map(({ token }) => token)) : reading(text, marks))}
        shown={(row, column): Shown => ({
          ...written(row.id, column.id),
          waiting: outbox.findLast((one) => one.of === placeOf(row, column)),
          scale: lesson.gradeScale,
        })}
        same={isSame}
        draw={draw}
      />
      {isOpen && <GridHelp tokens={tokens} />}
      {isOpen && <ToAll lesson={lesson.id} open={open} marks={withoutSigns(marks)} />}
    </>
  );
}
