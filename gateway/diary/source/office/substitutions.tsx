/** Substitutions of a day: the lessons of who is away, and who is free to take each. */
import { useState } from "react";
import { isDay } from "../dates";
import { useData } from "../epoch";
import { useAsked } from "../family/students";
import { DayOfTeacherDocument, FreeTeachersDocument, TeachersOfDocument, type TeacherLessonFragment } from "../generated/graphql";
import { type Refusal, enter } from "../outbox";
import { type Viewer, officeSchool } from "../session";
import { clock, t, word } from "../texts";
import { Problem, Waiting, refusalText } from "../ui/notices";

type Lesson = TeacherLessonFragment & { teacher: { displayName: string } | null };

export default function Substitutions({ viewer }: { viewer: Viewer }) {
  const school = officeSchool(viewer);
  const [asked, ask] = useAsked();
  const { data, error, waiting } = useData(TeachersOfDocument, { school: school?.id ?? "", after: null }, !school);
  if (!school) return <Problem />;
  if (waiting) return <Waiting />;
  const teachers = data?.school?.teachers?.edges.flatMap(({ node }) => node ?? []);
  if (!teachers) return <Problem error={error} />;
  const wanted = asked.get("date");
  const date = isDay(wanted) ? wanted : school.today;
  const absent = asked.get("teacher") ?? "";
  return (
    <>
      <h1>{t("nav_substitutions")} <small>{school.name}</small></h1>
      <p className="fields">
        <label htmlFor="date">{t("day")}</label>
        <input id="date" type="date" value={date} onChange={({ target }) => isDay(target.value) && ask({ date: target.value })} />
        <label htmlFor="teacher">{t("who_is_away")}</label>
        <select id="teacher" value={absent} onChange={({ target }) => ask({ teacher: target.value })}>
          <option value="" disabled>…</option>
          {teachers.map(({ id, displayName }) => <option key={id} value={id}>{displayName}</option>)}
        </select>
      </p>
      {absent && <DayOf key={`${absent} ${date}`} teacher={absent} date={date} timeZone={school.timeZone} />}
    </>
  );
}

function DayOf({ teacher, date, timeZone }: { teacher: string; date: string; timeZone: string }) {
  const { data, error, waiting, ask } = useData(DayOfTeacherDocument, { teacher, from: date, to: date });
  // A lesson that another holds is no longer among those of who is away: it stays in sight here.
  const [replaced, setReplaced] = useState<readonly Lesson[]>([]);
  if (waiting) return <Waiting />;
  const found = data?.node && "lessons" in data.node ? data.node : undefined;
  if (!found) return <Problem error={error} />;
  const theirs = found.lessons.filter(({ id }) => !replaced.some((one) => one.id === id));
  const lessons = [...theirs, ...replaced].sort((one, other) => (one.slot ?? 0) - (other.slot ?? 0));
  if (lessons.length === 0) return <p>{t("no_lessons")}</p>;
  return (
    <ol className="lessons">
      {lessons.map((lesson) => (
        <Away key={lesson.id} lesson={lesson} absent={teacher} timeZone={timeZone} onReplaced={(one) => {
            setReplaced([...replaced.filter(({ id }) => id !== one.id), one]);
            ask({ requestPolicy: "network-only" });
          }} />
      ))}
    </ol>
  );
}

interface AwayProps {
  lesson: Lesson;
  absent: string;
  timeZone: string;
  onReplaced: (lesson: Lesson) => void;
}

function Away({ lesson, absent, timeZone, onReplaced }: AwayProps) {
  const [open, setOpen] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  const name = `${lesson.course.classGroup?.name ?? ""} ${lesson.subject?.name ?? lesson.course.title}`;

  async function replace(change: Record<string, unknown>) {
    const input = { lesson: lesson.id, expectedVersion: lesson.version, reason: t("reason_away"), ...change };
    const payload = await enter("Replace", input, `lesson:${lesson.id}:Replace`, "");
    setRefusal(payload?.errors[0]);
    setOpen(false);
    if (payload?.errors.length === 0) onReplaced(payload.lesson as Lesson);
  }

  return (
    <li>
      <span className="slot">{lesson.slot}</span> {clock(lesson.startsAt, timeZone)} <strong>{name}</strong>
      {lesson.room && <span>{t("room", { room: lesson.room })}</span>}
      <span className="state">
        {lesson.replacement ? `${word("replacement", lesson.replacement.change)}: ${lesson.teacher?.displayName ?? t("nobody")}` : lesson.teacher?.displayName}
      </span>
      {!open && lesson.status !== "CANCELLED" && (
        <button type="button" aria-label={`${t("find_teacher")}: ${name}`} onClick={() => setOpen(true)}>{t("find_teacher")}</button>
      )}
      {open && <Free lesson={lesson.id} absent={absent} onChoose={(teacher) => void replace({ teacher })} onCancel={() => void replace({ cancelled: true })} />}
      {refusal && <p role="alert" className="problem">{refusalText(refusal)}</p>}
    </li>
  );
}

interface FreeProps {
  lesson: string;
  absent: string;
  onChoose: (teacher: string) => void;
  onCancel: () => void;
}

function Free({ lesson, absent, onChoose, onCancel }: FreeProps) {
  const { data, error, waiting } = useData(FreeTeachersDocument, { lesson, absent: [absent] });
  if (waiting) return <Waiting />;
  const free = data?.lesson?.freeTeachers;
  if (!free) return <Problem error={error} />;
  return (
    <div className="free">
      <ul>
        {free.slice(0, 8).map(({ teacher, teachesCourse, teachesSubject, teachesClass, lessonsOnDay }) => teacher && (
          <li key={teacher.id}>
            <button type="button" onClick={() => onChoose(teacher.id)}>{teacher.displayName}</button>{" "}
            <small>
              {teachesCourse ? t("teaches_course") : teachesSubject ? t("teaches_subject") : teachesClass ? t("teaches_class") : ""}{" "}
              {t("lessons_count", { count: lessonsOnDay })}
            </small>
          </li>
        ))}
      </ul>
      <button type="button" onClick={onCancel}>{t("cancel_lesson")}</button>
    </div>
  );
}
