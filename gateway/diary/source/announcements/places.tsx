/** Where in a school the viewer may add announcements, events and surveys. */
import { useData } from "../epoch";
import { PlacesDocument } from "../generated/graphql";
import { type School, type Viewer, officeSchool } from "../session";
import { t } from "../texts";

export interface Place {
  id: string;
  name: string;
  kind: "School" | "ClassGroup" | "Course";
}

const MAY = {
  announcement: { School: "announceToSchool", ClassGroup: "announceToClassGroup", Course: "announceToCourse" },
  event: { School: "addSchoolEvent", ClassGroup: "addClassGroupEvent", Course: "addCourseEvent" },
  survey: { School: "askSchool", ClassGroup: "askClassGroup", Course: "askCourse" },
} as const;

/** Where the viewer may add what is named: nowhere, unless they are of the school's staff. */
export function usePlaces(viewer: Viewer, school: School, what: keyof typeof MAY): Place[] {
  const teaches = viewer.teacher?.school?.id === school.id;
  const staff = teaches || officeSchool(viewer)?.id === school.id;
  const { data } = useData(PlacesDocument, { school: school.id }, !staff);
  const found = data?.school;
  if (!staff || !found) return [];
  const may = MAY[what];
  const groups = found.classGroups?.edges.flatMap(({ node }) => node ?? []) ?? [];
  const courses = teaches ? (viewer.teacher?.courses ?? []) : [];
  return [
    ...(found.viewerMay.includes(may.School) ? [{ id: school.id, name: t("whole_school"), kind: "School" as const }] : []),
    ...groups.filter(({ viewerMay }) => viewerMay.includes(may.ClassGroup)).map(({ id, name }) => ({ id, name, kind: "ClassGroup" as const })),
    ...courses.map(({ id, title }) => ({ id, name: title, kind: "Course" as const })),
  ];
}

/** The fields of a form that say where something is added, and for whom. */
export function ToWhom({ places }: { places: readonly Place[] }) {
  return (
    <>
      <label htmlFor="place">{t("to_place")}</label>
      <select id="place" name="place">
        {places.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
      </select>
      <fieldset className="choices">
        <legend>{t("for_whom")}</legend>
        <label><input type="checkbox" name="toStudents" defaultChecked /> {t("for_students")}</label>
        <label><input type="checkbox" name="toFamilies" defaultChecked /> {t("for_families")}</label>
        <label><input type="checkbox" name="toStaff" /> {t("for_staff")}</label>
      </fieldset>
    </>
  );
}

const FIELDS = { School: "school", ClassGroup: "classGroup", Course: "course" } as const;

/** What was chosen: the kind of place, and the part of the input that says where and for whom. */
export function chosen(fields: FormData, places: readonly Place[]) {
  const place = places.find(({ id }) => id === fields.get("place")) ?? places[0]!;
  const [toStudents, toFamilies, toStaff] = ["toStudents", "toFamilies", "toStaff"].map((name) => fields.has(name));
  return { kind: place.kind, input: { [FIELDS[place.kind]]: place.id, toStudents, toFamilies, toStaff } };
}
