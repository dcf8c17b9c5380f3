/** Which of the viewer's schools a screen shows, where there are several. */
import { Fragment, type ReactNode } from "react";
import { useAsked } from "../asked";
import { type School, type Viewer, firstSchool } from "../session";
import { t } from "../texts";
import { Nowhere } from "./nowhere";

/** The school that the address asks for, or else the viewer's first. */
export function useSchoolAsked(viewer: Viewer): School | undefined {
  const [asked] = useAsked();
  return viewer.schools.find(({ id }) => id === asked.get("school")) ?? firstSchool(viewer);
}

interface Props {
  viewer: Viewer;
  title: string;
  children: (school: School) => ReactNode;
}

/** A screen of one school, which its title names; another school has it begin anew. */
export function InSchool({ viewer, title, children }: Props) {
  const school = useSchoolAsked(viewer);
  if (!school) return <Nowhere />;
  return (
    <>
      <h1>{title} <small>{school.name}</small></h1>
      <SchoolPicker viewer={viewer} school={school} />
      <Fragment key={school.id}>{children(school)}</Fragment>
    </>
  );
}

export function SchoolPicker({ viewer, school }: { viewer: Viewer; school: School }) {
  const [, ask] = useAsked();
  if (viewer.schools.length < 2) return null;
  return (
    <p className="fields">
      <label htmlFor="school">{t("school")}</label>
      <select id="school" value={school.id} onChange={({ target }) => ask({ school: target.value })}>
        {viewer.schools.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
      </select>
    </p>
  );
}
