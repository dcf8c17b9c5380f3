/** A student's today and tomorrow: lessons, what is due, and the marks of the last days. */
import { addDays } from "../dates";
import { useData } from "../epoch";
import { DiaryDocument } from "../generated/graphql";
import { type School, type Viewer, schoolOf } from "../session";
import { day, t } from "../texts";
import { Mark } from "../ui/mark";
import { Problem, Waiting } from "../ui/notices";
import { Nowhere } from "../ui/nowhere";
import { Day } from "./day";
import { HomeworkOf } from "./homework-list";
import { type Pupil, pupilsOf } from "./students";

const BACK = 7;

export default function Today({ viewer }: { viewer: Viewer }) {
  const [pupil] = pupilsOf(viewer);
  const school = schoolOf(viewer, pupil);
  if (!pupil || !school) return <Nowhere />;
  return <TodayOf pupil={pupil} school={school} />;
}

function TodayOf({ pupil, school }: { pupil: Pupil; school: School }) {
  const { today } = school;
  const from = addDays(today, -BACK);
  const to = addDays(today, BACK);
  const { data, error, waiting } = useData(DiaryDocument, { student: pupil.id, from, to, signatures: false });
  if (waiting) return <Waiting />;
  if (!data?.student) return <Problem error={error} />;
  const { student } = data;
  const withLessons = student.diary.filter(({ lessons }) => lessons.length > 0);
  const next = withLessons.find(({ date }) => date > today);
  const shown = withLessons.filter(({ date }) => date === today || date === next?.date);
  const marks = student.diary.flatMap(({ lessons }) => lessons.flatMap((entry) => entry.grades.map((grade) => ({ grade, entry }))));
  return (
    <>
      <h1>{day(today, { weekday: "long", day: "numeric", month: "long" })} <small>{pupil.displayName}</small></h1>
      {shown[0]?.date !== today && <p>{t("no_lessons_today")}</p>}
      <div className={shown.length > 1 ? "paper columns" : "paper"} hidden={shown.length === 0}>
        {shown.map((one) => (
          <Day key={one.date} day={one} remarks={student.remarks.filter(({ date, withdrawn }) => date === one.date && !withdrawn)} timeZone={school.timeZone} today={one.date === today} whole />
        ))}
      </div>
      <section aria-labelledby="last-marks">
        <h2 id="last-marks">{t("last_marks")}</h2>
        {marks.length === 0 && <p>{t("no_marks_yet")}</p>}
        <ul className="last-marks">
          {marks.reverse().map(({ grade, entry }) => (
            <li key={grade.id}>
              <Mark grade={grade} /> {entry.lesson?.subject?.name},{" "}
              {day(grade.date, { day: "numeric", month: "short" })} · {grade.workType.name}
            </li>
          ))}
        </ul>
      </section>
      <section aria-labelledby="due">
        <h2 id="due">{t("due")}</h2>
        <HomeworkOf pupil={pupil} today={today} from={today} to={to} under />
      </section>
    </>
  );
}
