/** The school whose office the viewer is part of, and what is asked of it. */
import { useData } from "../epoch";
import { OfficeDocument } from "../generated/graphql";
import { type Viewer, officeSchool } from "../session";

export function useSchool(viewer: Viewer) {
  const school = officeSchool(viewer);
  const asked = useData(OfficeDocument, { school: school?.id ?? "" }, !school);
  return { ...asked, school: asked.data?.school, timeZone: school?.timeZone };
}
