/** The school whose office the viewer is part of, and what is asked of it. */
import { useData } from "../epoch";
import { OfficeDocument, TeachersOfDocument } from "../generated/graphql";
import { type School, type Viewer, officeSchool } from "../session";

export function useSchool(viewer: Viewer) {
  const school = officeSchool(viewer);
  const asked = useData(OfficeDocument, { school: school?.id ?? "" }, !school);
  return { ...asked, school: asked.data?.school, timeZone: school?.timeZone };
}

/** The teachers of a school by name: as many as a choice may have. */
export function useTeachers(school: School | undefined) {
  const asked = useData(TeachersOfDocument, { school: school?.id ?? "" }, !school);
  return { ...asked, teachers: asked.data?.school?.teachers?.edges.flatMap(({ node }) => node ?? []) };
}
