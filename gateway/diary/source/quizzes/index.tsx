/** Quizzes: those of a student, course by course, and those that a teacher has made. */
import { Link } from "wouter";
import { useData } from "../epoch";
import { type Pupil, Pupils } from "../family/students";
import { type QuizLineFragment, QuizzesOfCourseDocument, type QuizzesOfCourseQuery, QuizzesOfStudentDocument, type QuizzesOfStudentQuery, QuizzesOfTeacherDocument } from "../generated/graphql";
import { type School, type Viewer, leads, officeSchool, schoolOf } from "../session";
import { moment, number, t, word } from "../texts";
import { courseName } from "../ui/course-name";
import { useCourseOfSchool } from "../ui/course-of-school";
import { Problem, Waiting } from "../ui/notices";
import { Nowhere } from "../ui/nowhere";
import { newestFirst } from "../ui/pages";

export default function Quizzes({ viewer }: { viewer: Viewer }) {
  const pupils = Boolean(viewer.student) || viewer.children.length > 0;
  const led = leads(viewer) ? officeSchool(viewer) : undefined;
  return (
    <>
      {viewer.teacher && <OfTeacher school={schoolOf(viewer, viewer.teacher)} />}
      {led && <OfSchool school={led} />}
      {!viewer.teacher && !led && !pupils && <Nowhere />}
      {pupils && <Pupils viewer={viewer} title={t("nav_quizzes")}>{(pupil, school) => <OfPupil pupil={pupil} school={school} />}</Pupils>}
    </>
  );
}

export const quizPath = (id: string): string => `/diary/quiz/${encodeURIComponent(id)}`;

type Course = NonNullable<QuizzesOfStudentQuery["student"]>["courses"];
type Listed = NonNullable<NonNullable<NonNullable<Course>[number]["quizzes"]>["edges"][number]["node"]>;

function OfPupil({ pupil, school }: { pupil: Pupil; school: School | undefined }) {
  const { data, error, waiting } = useData(QuizzesOfStudentDocument, { student: pupil.id });
  if (waiting) return <Waiting />;
  const courses = data?.student?.courses;
  if (!courses) return <Problem error={error} />;
  const shown = courses.flatMap((one) => {
    const quizzes = newestFirst(one.quizzes);
    return quizzes.length > 0 ? [{ id: one.id, title: one.subject?.name ?? one.title, quizzes }] : [];
  });
  if (shown.length === 0) return <p>{t("nothing_here")}</p>;
  return shown.map(({ id, title, quizzes }) => (
    <section key={id}>
      <h2>{title}</h2>
      <ul className="notices">
        {quizzes.map((one) => <Line key={one.id} one={one} school={school}>{outcome(one, pupil.id)}</Line>)}
      </ul>
    </section>
  ));
}

/** What came of the tries of the student, as far as it is told. */
function outcome({ tries }: Listed, student: string): string {
  const own = tries.filter((one) => one.student?.id === student);
  if (own.length === 0) return "";
  if (own.some(({ over }) => !over)) return t("under_way");
  const told = own.flatMap(({ points }) => (points === null ? [] : [Number(points)]));
  const grade = own.find((one) => one.grade && one.grade.state !== "WITHDRAWN")?.grade?.value;
  return [t("tries_count", { count: own.length }), told.length > 0 && t("points_count", { count: number(String(Math.max(...told))) }), grade && t("mark_is", { mark: grade })].filter(Boolean).join(" · ");
}

function OfTeacher({ school }: { school: School | undefined }) {
  const { data, error, waiting } = useData(QuizzesOfTeacherDocument, {});
  if (waiting) return <Waiting />;
  const courses = data?.viewer?.teacher?.courses;
  if (!courses) return <Problem error={error} />;
  return (
    <>
      <h1>{t("nav_quizzes")}</h1>
      {courses.length === 0 && <p>{t("no_courses")}</p>}
      {courses.map((course) => <OfCourse key={course.id} course={course} school={school} />)}
    </>
  );
}

/** Those of any course, for heads and deputies. */
function OfSchool({ school }: { school: School }) {
  const [course, picker] = useCourseOfSchool(school);
  const { data, error, waiting } = useData(QuizzesOfCourseDocument, { course: course?.id ?? "" }, !course);
  return (
    <>
      <h1>{t("nav_quizzes")} <small>{school.name}</small></h1>
      {picker}
      {waiting ? <Waiting /> : data?.course ? <OfCourse course={data.course} school={school} /> : course && <Problem error={error} />}
    </>
  );
}

function OfCourse({ course, school }: { course: NonNullable<QuizzesOfCourseQuery["course"]>; school: School | undefined }) {
  const { id, subject, quizzes } = course;
  const found = newestFirst(quizzes);
  return (
    <section>
      <h2>{courseName(course)}</h2>
      {subject && <p><Link href={`/diary/questions/${encodeURIComponent(id)}`}>{t("bank_and_new_quiz")}</Link></p>}
      <ul className="notices">
        {found.map((one) => <Line key={one.id} one={one} school={school} />)}
      </ul>
      {found.length === 0 && <p>{t("nothing_here")}</p>}
    </section>
  );
}

function Line({ one, school, children }: { one: QuizLineFragment; school: School | undefined; children?: string }) {
  return (
    <li>
      <Link href={quizPath(one.id)}>{one.title}</Link> <small>{timesOf(one, school?.timeZone)}</small>{" "}
      <span className="state">{[word("quiz", one.state), children].filter(Boolean).join(" · ")}</span>
    </li>
  );
}

/** From when until when it may be taken, and how long a try lasts. */
export function timesOf(one: Pick<QuizLineFragment, "opensAt" | "closesAt" | "minutes" | "questionCount">, timeZone?: string): string {
  return [
    `${moment(one.opensAt, timeZone)} – ${moment(one.closesAt, timeZone)}`,
    one.minutes && t("minutes", { count: one.minutes }),
    t("questions_count", { count: one.questionCount }),
  ].filter(Boolean).join(" · ");
}
