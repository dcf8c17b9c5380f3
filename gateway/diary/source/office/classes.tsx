/** The classes: who leads them, who is in them, and codes for all of one. */
import { useState } from "react";
import { useData } from "../epoch";
import { ClassOfDocument } from "../generated/graphql";
import type { Viewer } from "../session";
import { t } from "../texts";
import { Problem, Waiting } from "../ui/notices";
import { CodesButton } from "./codes";
import { useSchool } from "./school";

export default function Classes({ viewer }: { viewer: Viewer }) {
  const { school, error, waiting } = useSchool(viewer);
  const [opened, setOpened] = useState<string>();
  if (waiting) return <Waiting />;
  if (!school) return <Problem error={error} />;
  return (
    <>
      <h1>{t("nav_classes")} <small>{school.name}</small></h1>
      <ul className="notices">
        {school.classGroups?.edges.map(({ node }) => node && (
          <li key={node.id}>
            <button type="button" className="quiet" aria-expanded={opened === node.id} onClick={() => setOpened(opened === node.id ? undefined : node.id)}>
              {node.name}
            </button>{" "}
            {node.classTeacher?.displayName}
            {opened === node.id && <ClassOf id={node.id} school={school.id} />}
          </li>
        ))}
      </ul>
    </>
  );
}

function ClassOf({ id, school }: { id: string; school: string }) {
  const { data, error, waiting } = useData(ClassOfDocument, { classGroup: id });
  if (waiting) return <Waiting />;
  if (!data?.classGroup) return <Problem error={error} />;
  const { students, courses } = data.classGroup;
  return (
    <div>
      <p><CodesButton school={school} classGroup={id} roles={["STUDENT", "GUARDIAN"]} /></p>
      <ol>
        {students.map((one) => (
          <li key={one.id}>{one.displayName} <small>{one.guardians?.map(({ displayName }) => displayName).join(", ")}</small></li>
        ))}
      </ol>
      <h2>{t("courses")}</h2>
      <ul>
        {courses.map((one) => (
          <li key={one.id}>{one.title}: {one.teachers.map(({ displayName }) => displayName).join(", ")}</li>
        ))}
      </ul>
    </div>
  );
}
