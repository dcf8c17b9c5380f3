/** Lessons that are over and that nobody has closed, by those who hold them. */
import { addDays } from "../dates";
import { useData } from "../epoch";
import { OpenOfSchoolDocument } from "../generated/graphql";
import { type Viewer, officeSchool } from "../session";
import { day, t } from "../texts";
import { Problem, Waiting } from "../ui/notices";

const BACK = 14;

export default function OpenLessons({ viewer }: { viewer: Viewer }) {
  const school = officeSchool(viewer);
  const to = school?.today ?? "";
  const span = { from: to && addDays(to, -BACK), to, after: null };
  const { data, error, waiting } = useData(OpenOfSchoolDocument, { school: school?.id ?? "", ...span }, !school);
  if (waiting) return <Waiting />;
  const found = data?.school?.openLessons;
  if (!found) return <Problem error={error} />;
  const lessons = found.edges.flatMap(({ node }) => node ?? []);
  const names = [...new Set(lessons.map(({ teacher }) => teacher?.displayName ?? t("nobody")))].sort();
  return (
    <>
      <h1>{t("nav_open_lessons")} <small>{found.totalCount}</small></h1>
      {lessons.length === 0 && <p>{t("no_lessons")}</p>}
      {names.map((name) => (
        <section key={name}>
          <h2>{name}</h2>
          <ul className="notices">
            {lessons.filter(({ teacher }) => (teacher?.displayName ?? t("nobody")) === name).map((one) => (
              <li key={one.id}>
                {day(one.date, { weekday: "short", day: "numeric", month: "short" })}, {one.slot}:{" "}
                {one.course.classGroup?.name} {one.subject?.name ?? one.course.title}
                {!one.attendanceTakenAt && <span className="state"> {t("no_attendance")}</span>}
                {!one.topic && <span className="state"> {t("no_topic")}</span>}
              </li>
            ))}
          </ul>
        </section>
      ))}
      {found.pageInfo.hasNextPage && <p>{t("and_more")}</p>}
    </>
  );
}
