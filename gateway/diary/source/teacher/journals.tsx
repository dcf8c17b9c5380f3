/** The courses that a teacher teaches, each with its journal and its period grades. */
import { Link } from "wouter";
import type { Viewer } from "../session";
import { t } from "../texts";
import { courseName } from "../ui/course-name";

export default function Journals({ viewer }: { viewer: Viewer }) {
  const courses = viewer.teacher?.courses ?? [];
  return (
    <>
      <h1>{t("nav_journals")}</h1>
      {courses.length === 0 && <p>{t("no_courses")}</p>}
      <ul className="lessons">
        {courses.map((one) => (
          <li key={one.id}>
            <Link href={`/diary/journal/${encodeURIComponent(one.id)}`}>
              <strong>{courseName(one)}</strong>
            </Link>{" "}
            <Link href={`/diary/period-grades/${encodeURIComponent(one.id)}`}>{t("period_grades")}</Link>
          </li>
        ))}
      </ul>
    </>
  );
}
