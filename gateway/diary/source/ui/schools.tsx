/** Which of the viewer's schools a screen shows, where there are several. */
import { useAsked } from "../family/students";
import { type School, type Viewer, firstSchool } from "../session";
import { t } from "../texts";

/** The school that the address asks for, or else the viewer's first. */
export function useSchoolAsked(viewer: Viewer): School | undefined {
  const [asked] = useAsked();
  return viewer.schools.find(({ id }) => id === asked.get("school")) ?? firstSchool(viewer);
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
