/** Substitutions of a day: the lessons of who is away, and who is free to take each. */
import { useState } from "react";
import { useAsked } from "../asked";
import { isDay } from "../dates";
import { useData } from "../epoch";
import {
  DayOfTeacherDocument, FreeTeachersDocument, type ReplacedLessonFragment, ReplacedLessonsDocument,
  type TeacherLessonFragment,
} from "../generated/graphql";
import { type Refusal, enter } from "../outbox";
import { type School, type Viewer, officeSchool } from "../session";
import { clock, day, t, word } from "../texts";
import { Problem, RefusalNotice, Waiting } from "../ui/notices";
import { Nowhere } from "../ui/nowhere";
import { Scroll } from "../ui/scroll";
import { useTeachers } from "./school";

type Lesson = TeacherLessonFragment & { teacher: { displayName: string } | null };

export default function Substitutions({ viewer }: { viewer: Viewer }) {
  const school = officeSchool(viewer);
  const [asked, ask] = useAsked();
  const { teachers, error, waiting } = useTeachers(school);
  if (!school) return <Nowhere />;
  if (waiting) return <Waiting />;
  if (!teachers) return <Problem error={error} />;
  const wanted = asked.get("date");
  const date = isDay(wanted) ? wanted : school.today;
  const absent = asked.get("teacher") ?? "";
  return (
    <>
      <h1>{t("nav_substitutions")} <small>{school.name}</small></h1>
      <p className="fields no-print">
        <label htmlFor="date">{t("day")}</label>
        <input id="date" type="date" value={date} onChange={({ target }) => isDay(target.value) && ask({ date: target.value })} />
        <label htmlFor="teacher">{t("who_is_away")}</label>
        <select id="teacher" value={absent} onChange={({ target }) => ask({ teacher: target.value })}>
          <option value="" disabled>…</option>
          {teachers.map(({ id, displayName }) => <option key={id} value={id}>{displayName}</option>)}
        </select>
      </p>
      {absent && <DayOf key={`${absent} ${date}`} teacher={absent} date={date} timeZone={school.timeZone} />}
      <OfDay key={date} school={school} date={date} />
    </>
  );
}

/** All that is not held as it was planned on a day, to read out or to hang on the wall. */
function OfDay({ school, date }: { school: School; date: string }) {
  const { data, error, waiting, again } = useData(ReplacedLessonsDocument, { school: school.id, from: date, to: date });
  const [refusal, setRefusal] = useState<Refusal>();
  if (waiting) return <Waiting />;
  const found = data?.school?.replacedLessons?.filter(({ replacement }) => replacement);
  if (!found) return <Problem error={error} />;

  async function restore({ id, version }: ReplacedLessonFragment) {
    const input = { id, expectedVersion: version, reason: t("reason_restored_lesson") };
    const payload = await enter("RestoreLesson", input, `lesson:${id}:RestoreLesson`, "");
    setRefusal(payload?.errors[0]);
    again();
  }

  /** To whoever was to hold it, by which it is held as it was planned. */
  async function giveBack({ id, version, replacement }: ReplacedLessonFragment) {
    const input = { lesson: id, expectedVersion: version, teacher: replacement!.teacher?.id ?? null, reason: t("reason_restored_lesson") };
    const payload = await enter("Replace", input, `lesson:${id}:Replace`, "");
    setRefusal(payload?.errors[0]);
    again();
  }

  return (
    <section aria-labelledby="of-day">
      <h2 id="of-day">{day(date, { weekday: "long", day: "numeric", month: "long" })}: {t("replaced_lessons")}</h2>
      <RefusalNotice refusal={refusal} />
      {found.length === 0 && <p>{t("none_replaced")}</p>}
      {found.length > 0 && (
        <>
          <Scroll label={t("replaced_lessons")}>
            <table className="plain">
              <thead>
                <tr>
                  <th scope="col">{t("lesson_number")}</th>
                  <th scope="col">{t("class")}</th>
                  <th scope="col">{t("subject")}</th>
                  <th scope="col">{t("was_to_hold")}</th>
                  <th scope="col">{t("holds_it")}</th>
                  <th scope="col">{t("reason")}</th>
                </tr>
              </thead>
              <tbody>
                {found.map((one) => (
                  <tr key={one.id}>
                    <td>{one.slot} <small>{clock(one.startsAt, school.timeZone)}</small></td>
                    <th scope="row">{one.course.classGroup?.name}</th>
                    <td>{one.subject?.name ?? one.course.title} {one.room && <small>{t("room", { room: one.room })}</small>}</td>
                    <td>{one.replacement!.teacher?.displayName ?? t("nobody")}</td>
                    <td>
                      {one.status === "CANCELLED" ? "" : (one.teacher?.displayName ?? t("nobody"))}{" "}
                      <span className="state">{word("replacement", one.replacement!.change)}</span>
                    </td>
                    <td>
                      {one.replacement!.reason}{" "}
                      {one.viewerMay.includes("restoreLesson") && (
                        <button type="button" className="quiet no-print" aria-label={`${t("restore_lesson")}: ${one.course.title}`} onClick={() => void restore(one)}>{t("restore_lesson")}</button>
                      )}
                      {one.replacement!.change === "REPLACED" && one.viewerMay.includes("replaceLesson") && (
                        <button type="button" className="quiet no-print" aria-label={`${t("give_lesson_back")}: ${one.course.title}`} onClick={() => void giveBack(one)}>{t("give_lesson_back")}</button>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
          <p className="no-print"><button type="button" onClick={() => print()}>{t("print")}</button></p>
        </>
      )}
    </section>
  );
}

function DayOf({ teacher, date, timeZone }: { teacher: string; date: string; timeZone: string }) {
  const { data, error, waiting, again } = useData(DayOfTeacherDocument, { teacher, from: date, to: date });
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
            again();
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
      <RefusalNotice refusal={refusal} />
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
              {[teachesCourse ? t("teaches_course") : teachesSubject ? t("teaches_subject") : teachesClass ? t("teaches_class") : "", t("lessons_count", { count: lessonsOnDay })]
                .filter(Boolean)
                .join(", ")}
            </small>
          </li>
        ))}
      </ul>
      <button type="button" onClick={onCancel}>{t("cancel_lesson")}</button>
    </div>
  );
}
