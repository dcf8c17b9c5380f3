/** For those who lead a school: which of its courses a screen shows, by class. */
import { useId } from "react";
import { useAsked } from "../asked";
import { useData } from "../epoch";
import { CoursesOfClassDocument, OfficeDocument } from "../generated/graphql";
import type { School } from "../session";
import { t } from "../texts";

/** The course that the address asks for, or else the first of its class; and where another is chosen. */
export function useCourseOfSchool(school: School) {
  const id = useId();
  const [asked, ask] = useAsked();
  const { data } = useData(OfficeDocument, { school: school.id });
  const groups = data?.school?.classGroups?.edges.flatMap(({ node }) => node ?? []) ?? [];
  const group = groups.find((one) => one.id === asked.get("class")) ?? groups[0];
  const { data: found } = useData(CoursesOfClassDocument, { classGroup: group?.id ?? "" }, !group);
  const courses = found?.classGroup?.id === group?.id ? (found?.classGroup?.courses ?? []) : [];
  const course = courses.find((one) => one.id === asked.get("course")) ?? courses[0];
  const isKnown = group ? found?.classGroup?.id === group.id : data !== undefined;
  const picker = (
    <p className="fields">
      <label htmlFor={`${id} class`}>{t("class")}</label>
      <select id={`${id} class`} value={group?.id ?? ""} onChange={({ target }) => ask({ class: target.value })}>
        {groups.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
      </select>
      <label htmlFor={`${id} course`}>{t("course")}</label>
      <select id={`${id} course`} value={course?.id ?? ""} onChange={({ target }) => ask({ course: target.value })}>
        {courses.map((one) => <option key={one.id} value={one.id}>{one.title}</option>)}
      </select>
      {isKnown && !course && <span>{t("no_courses")}</span>}
    </p>
  );
  return [course, picker] as const;
}
