/** Where in a school the viewer may add announcements, events and surveys. */
import { useData } from "../epoch";
import { PlacesDocument } from "../generated/graphql";
import { type School, type Viewer, isStaffOf } from "../session";
import { t } from "../texts";
import { Tick } from "../ui/steps";

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
  const staff = isStaffOf(viewer, school);
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

interface Placed {
  classGroup: { name: string } | null;
  course: { title: string } | null;
}

/** The name of the place that something is of: a class, a course, or else the whole school. */
export const placeName = ({ classGroup, course }: Placed): string => classGroup?.name ?? course?.title ?? t("whole_school");

/** The fields of a form that say where something is added, and for whom. */
export function ToWhom({ places }: { places: readonly Place[] }) {
  return (
    <>
      <label htmlFor="place">{t("to_place")}</label>
      <select id="place" name="place">
        {places.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
      </select>
      <ForWhom />
    </>
  );
}

/** The fields of a form that say for whom something is. */
export function ForWhom({ staff = false }: { staff?: boolean }) {
  return (
    <fieldset className="choices">
      <legend>{t("for_whom")}</legend>
      <Tick name="toStudents" label={t("for_students")} on />
      <Tick name="toFamilies" label={t("for_families")} on />
      <Tick name="toStaff" label={t("for_staff")} on={staff} />
    </fieldset>
  );
}

export const forWhomIn = (fields: FormData) => ({
  toStudents: fields.has("toStudents"),
  toFamilies: fields.has("toFamilies"),
  toStaff: fields.has("toStaff"),
});

const FIELDS = { School: "school", ClassGroup: "classGroup", Course: "course" } as const;

/** What was chosen: the kind of place, and the part of the input that says where and for whom. */
export function chosen(fields: FormData, places: readonly Place[]) {
  const place = places.find(({ id }) => id === fields.get("place")) ?? places[0]!;
  return { kind: place.kind, input: { [FIELDS[place.kind]]: place.id, ...forWhomIn(fields) } };
}
