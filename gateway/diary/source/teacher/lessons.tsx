/** A teacher's lessons of a day, and those that are still open. */
import { Link } from "wouter";
import { useAsked } from "../asked";
import { addDays, isDay } from "../dates";
import { useData } from "../epoch";
import { TeacherDayDocument, type TeacherLessonFragment } from "../generated/graphql";
import { type Viewer, schoolOf } from "../session";
import { clock, day, t, word } from "../texts";
import { Problem, Waiting } from "../ui/notices";
import { LedAbsences, useLedAbsences } from "./led-absences";

export default function Lessons({ viewer }: { viewer: Viewer }) {
  const [asked, ask] = useAsked();
  const school = schoolOf(viewer, viewer.teacher) ?? viewer.schools[0];
  const today = school?.today ?? "";
  const wanted = asked.get("date");
  const date = isDay(wanted) ? wanted : today;
  const { data, error, waiting } = useData(TeacherDayDocument, { from: date, to: date });
  const absences = useLedAbsences(today);
  const teacher = data?.viewer?.teacher;
  const open = teacher?.openLessons?.edges.flatMap(({ node }) => node ?? []) ?? [];
  return (
    <>
      <div className="tools">
        <div className="choices">
          <button type="button" aria-label={t("before")} onClick={() => ask({ date: addDays(date, -1) })}>‹</button>
          <button type="button" onClick={() => ask({ date: today })}>{t("today")}</button>
          <button type="button" aria-label={t("after")} onClick={() => ask({ date: addDays(date, 1) })}>›</button>
        </div>
      </div>
      <h1>{t("nav_lessons")} <small>{date && day(date, { weekday: "long", day: "numeric", month: "long" })}</small></h1>
      {waiting ? <Waiting /> : !teacher ? <Problem error={error} /> : <List lessons={teacher.lessons} timeZone={school?.timeZone} />}
      {/* Both at once, below lessons that are there: nothing moves that somebody reads. */}
      {!waiting && !absences.waiting && (
        <>
          <LedAbsences announced={absences.announced} />
          {open.length > 0 && (
            <section aria-labelledby="open">
              <h2 id="open">{t("nav_open_lessons")}</h2>
              <List lessons={open} timeZone={school?.timeZone} dated />
            </section>
          )}
        </>
      )}
    </>
  );
}

export function List({ lessons, timeZone, dated = false }: { lessons: readonly TeacherLessonFragment[]; timeZone?: string; dated?: boolean }) {
  if (lessons.length === 0) return <p>{t("no_lessons")}</p>;
  return (
    <ol className="lessons">
      {lessons.map((lesson) => (
        <li key={lesson.id} className={lesson.status === "CANCELLED" ? "gone" : undefined}>
          <Link href={`/diary/lesson/${encodeURIComponent(lesson.id)}`}>
            <span className="slot">{lesson.slot}</span>{" "}
            {dated ? day(lesson.date, { day: "numeric", month: "short" }) : clock(lesson.startsAt, timeZone)}{" "}
            <strong>{lesson.course.classGroup?.name} {lesson.subject?.name ?? lesson.course.title}</strong>
          </Link>{" "}
          {lesson.room && <span>{t("room", { room: lesson.room })}</span>}{" "}
          <span className="state">
            {lesson.closed ? t("closed") : lesson.attendanceTakenAt ? t("attendance_taken") : ""}
            {lesson.replacement && ` ${word("replacement", lesson.replacement.change)}`}
          </span>
        </li>
      ))}
    </ol>
  );
}
