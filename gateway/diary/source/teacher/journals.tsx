/** The courses that a teacher teaches, each with its journal and its period grades. */
import { Link } from "wouter";
import type { Viewer } from "../session";
import { t } from "../texts";

export default function Journals({ viewer }: { viewer: Viewer }) {
  const courses = viewer.teacher?.courses ?? [];
  return (
    <>
      <h1>{t("nav_journals")}</h1>
      <ul className="lessons">
        {courses.map(({ id, title, classGroup }) => (
          <li key={id}>
            <Link href={`/diary/journal/${encodeURIComponent(id)}`}>
              <strong>{classGroup?.name} {title}</strong>
            </Link>{" "}
            <Link href={`/diary/period-grades/${encodeURIComponent(id)}`}>{t("period_grades")}</Link>
          </li>
        ))}
      </ul>
    </>
  );
}
