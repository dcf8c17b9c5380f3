/** The timetable of a week: days beside each other, the same hour at the same height. */
import type { DiaryQuery } from "../generated/graphql";
import { clocks, day as dayText, t } from "../texts";
import { Replaced, isGone } from "./day";

type Student = NonNullable<DiaryQuery["student"]>;
type Lesson = NonNullable<Student["diary"][number]["lessons"][number]["lesson"]>;

interface Props {
  student: Student;
  timeZone: string | undefined;
}

export function Timetable({ student, timeZone }: Props) {
  const shown = student.diary.filter(({ lessons }) => lessons.length > 0);
  const lessonsOf = (one: (typeof shown)[number]) => one.lessons.flatMap(({ lesson }) => lesson ?? []);
  const hours = shown.flatMap(lessonsOf).map(({ slot }) => slot ?? 0);
  const first = Math.min(...hours);
  return (
    <div className="timetable paper" style={{ gridTemplateRows: `repeat(${Math.max(...hours) - first + 2}, auto)` }}>
      {shown.map((one) => (
        <section key={one.date} data-date={one.date} className={student.school?.today === one.date ? "today" : undefined}>
          <h2>
            {dayText(one.date, { weekday: "long" })} <span>{dayText(one.date, { day: "numeric", month: "long" })}</span>
          </h2>
          <ul>
            {[...Map.groupBy(lessonsOf(one), ({ slot }) => slot ?? 0)].map(([slot, lessons]) => (
              <li key={slot} style={{ gridRow: slot - first + 1 }}>
                {lessons.map((lesson) => <Hour key={lesson.id} lesson={lesson} timeZone={timeZone} />)}
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function Hour({ lesson, timeZone }: { lesson: Lesson; timeZone: string | undefined }) {
  const { slot, subject, course, room, teacher, startsAt, endsAt } = lesson;
  return (
    <div className={isGone(lesson) ? "hour gone" : "hour"}>
      <small>
        {slot !== null && <b><span className="unseen">{t("lesson_number")} </span>{slot}</b>} {clocks(startsAt, endsAt, timeZone)}
        {room && ` · ${t("room", { room })}`}
      </small>
      <strong>{subject?.name ?? course.title}</strong> <Replaced lesson={lesson} />
      {teacher && <small>{teacher.displayName}</small>}
    </div>
  );
}
