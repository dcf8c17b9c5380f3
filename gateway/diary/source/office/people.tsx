/** Finding people by name, and codes for those who have no account yet. */
import { useDeferredValue, useState } from "react";
import { useData } from "../epoch";
import { PeopleDocument } from "../generated/graphql";
import { type Viewer, officeSchool } from "../session";
import { t } from "../texts";
import { Problem, Waiting } from "../ui/notices";
import { CodesButton } from "./codes";

export default function People({ viewer }: { viewer: Viewer }) {
  const school = officeSchool(viewer);
  const [typed, setTyped] = useState("");
  const name = useDeferredValue(typed.trim());
  const { data, error, waiting } = useData(PeopleDocument, { school: school?.id ?? "", name }, name.length < 2);
  const found = data?.school;
  if (!school) return <Problem />;
  return (
    <>
      <h1>{t("nav_people")} <small>{school.name}</small></h1>
      <p className="fields">
        <label htmlFor="name">{t("name")}</label>
        <input id="name" type="search" value={typed} onChange={({ target }) => setTyped(target.value)} autoComplete="off" />
      </p>
      {name.length >= 2 && (waiting ? <Waiting /> : !found ? <Problem error={error} /> : (
        <>
          <Group title={t("students")} count={found.students?.totalCount ?? 0}>
            {found.students?.edges.map(({ node }) => node && (
              <li key={node.id}>
                <strong>{node.displayName}</strong> {node.classGroups.map((one) => one.name).join(", ")}{" "}
                <small>{node.guardians?.map((one) => [one.displayName, one.phone].filter(Boolean).join(" ")).join("; ")}</small>{" "}
                <CodesButton school={school.id} people={[node.id]} />
              </li>
            ))}
          </Group>
          <Group title={t("guardians")} count={found.guardians?.totalCount ?? 0}>
            {found.guardians?.edges.map(({ node }) => node && (
              <li key={node.id}>
                <strong>{node.displayName}</strong> {[node.phone, node.email].filter(Boolean).join(", ")}{" "}
                <small>{node.children.map((one) => one.displayName).join(", ")}</small>{" "}
                <CodesButton school={school.id} people={[node.id]} />
              </li>
            ))}
          </Group>
          <Group title={t("teachers")} count={found.teachers?.totalCount ?? 0}>
            {found.teachers?.edges.map(({ node }) => node && (
              <li key={node.id}>
                <strong>{node.displayName}</strong> {[node.phone, node.email].filter(Boolean).join(", ")}{" "}
                <CodesButton school={school.id} people={[node.id]} />
              </li>
            ))}
          </Group>
        </>
      ))}
    </>
  );
}

function Group({ title, count, children }: { title: string; count: number; children: React.ReactNode }) {
  return (
    <section>
      <h2>{title} <small>({count})</small></h2>
      <ul className="notices">{children}</ul>
    </section>
  );
}
