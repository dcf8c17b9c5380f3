/** The people of the school, found by name or by what they are without; and its office. */
import { type ReactNode, useDeferredValue, useState } from "react";
import { Link } from "wouter";
import { useData } from "../epoch";
import { EndRoleDocument, GuardiansFoundDocument, OfficeRolesDocument, type OfficeRole, type OfficeRolesQuery, StudentsFoundDocument, TeachersFoundDocument } from "../generated/graphql";
import { type School, type Viewer, officeSchool, rolesGrantedBy } from "../session";
import { t, word } from "../texts";
import { Problem, Waiting } from "../ui/notices";
import { Nowhere } from "../ui/nowhere";
import { More, Pages } from "../ui/pages";
import { Act, Field, textIn } from "../ui/steps";
import { CodesButton } from "./codes";
import { NewPeople } from "./new-people";
import { type Kind, daysOf, personPath } from "./person-fields";
import { useSchool } from "./school";

/** Who is looked for, besides by name. */
const WHICH = ["named", "all", "withoutAccount", "withoutGuardian", "withoutClassGroup", "withoutChild", "hasLeft"] as const;
type Which = (typeof WHICH)[number];
const OF_STUDENTS: readonly Which[] = ["named", "all", "withoutAccount", "withoutGuardian", "withoutClassGroup", "hasLeft"];
const OF_GUARDIANS: readonly Which[] = ["named", "all", "withoutAccount", "withoutChild", "hasLeft"];
const OF_TEACHERS: readonly Which[] = ["named", "all", "withoutAccount", "hasLeft"];

export default function People({ viewer }: { viewer: Viewer }) {
  const school = officeSchool(viewer);
  const [typed, setTyped] = useState("");
  const [which, setWhich] = useState<Which>("named");
  const name = useDeferredValue(typed.trim());
  const { school: known, waiting } = useSchool(viewer);
  const roles = useData(OfficeRolesDocument, { school: school?.id ?? "" }, !school);
  if (!school) return <Nowhere />;
  const asks = name.length >= 2 || which !== "named";
  const where = { name: name || null, ...(which === "named" || which === "all" ? {} : { [which]: true }) };
  const shared = { school, where, named: `${which} ${name}` };
  return (
    <>
      <h1>{t("nav_people")} <small>{school.name}</small></h1>
      <p className="fields">
        <label htmlFor="name">{t("name")}</label>
        <input id="name" type="search" value={typed} onChange={({ target }) => setTyped(target.value)} autoComplete="off" />
        <label htmlFor="which">{t("which_people")}</label>
        <select id="which" value={which} onChange={({ target }) => setWhich(target.value as Which)}>
          {WHICH.map((one) => <option key={one} value={one}>{word("people", one)}</option>)}
        </select>
      </p>
      {asks && (
        <>
          {OF_STUDENTS.includes(which) && <Found title={t("students")} {...shared} Page={StudentPage} />}
          {OF_GUARDIANS.includes(which) && <Found title={t("guardians")} {...shared} Page={GuardianPage} />}
          {OF_TEACHERS.includes(which) && <Found title={t("teachers")} {...shared} Page={TeacherPage} />}
        </>
      )}
      {!waiting && !roles.waiting && (
        <>
          <NewPeople school={school} known={known} />
          <OfOffice school={school} found={roles.data?.school} granted={rolesGrantedBy(viewer)} />
        </>
      )}
    </>
  );
}

interface PageProps {
  school: School;
  where: { name: string | null };
  after: string | null;
  onMore?: (next: string) => void;
}

interface FoundProps {
  title: string;
  named: string;
  school: School;
  where: PageProps["where"];
  Page: (props: PageProps) => ReactNode;
}

function Found({ title, named, school, where, Page }: FoundProps) {
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <ul className="notices">
        <Pages key={named} page={(after, onMore) => <Page school={school} where={where} after={after} onMore={onMore} />} />
      </ul>
    </section>
  );
}

interface LinesProps extends Omit<PageProps, "school" | "where">, Pick<ReturnType<typeof useData>, "error" | "waiting"> {
  school: string;
  kind: Kind;
  found: { edges: readonly { node: { id: string; displayName: string } | null }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null }; totalCount: number } | null | undefined;
  /** What is told of each besides their name. */
  told: readonly ReactNode[] | undefined;
}

function Lines({ found, told, kind, school, error, waiting, after, onMore }: LinesProps) {
  if (waiting) return <li><Waiting /></li>;
  if (!found) return <li><Problem error={error} /></li>;
  return (
    <>
      {!after && <li><small>{t("found_count", { count: found.totalCount })}</small></li>}
      {found.edges.map(({ node }, at) => node && (
        <li key={node.id}>
          <strong><Link href={personPath(kind, node.id)}>{node.displayName}</Link></strong> {told?.[at]}{" "}
          <CodesButton school={school} people={[node.id]} />
        </li>
      ))}
      <More page={found.pageInfo} onMore={onMore} listed />
    </>
  );
}

const reached = ({ phone, email }: { phone: string | null; email: string | null }) => [phone, email].filter(Boolean).join(", ");

function StudentPage({ school, where, ...page }: PageProps) {
  const { data, ...asked } = useData(StudentsFoundDocument, { school: school.id, where, after: page.after });
  const found = data?.school?.students;
  const told = found?.edges.map(({ node }) => node && (
    <>
      {node.classGroups.map((one) => one.name).join(", ")}{" "}
      <small>{node.guardians?.map((one) => [one.displayName, one.phone].filter(Boolean).join(" ")).join("; ")}</small>
    </>
  ));
  return <Lines kind="student" found={found} told={told} school={school.id} {...asked} {...page} />;
}

function GuardianPage({ school, where, ...page }: PageProps) {
  const { data, ...asked } = useData(GuardiansFoundDocument, { school: school.id, where, after: page.after });
  const found = data?.school?.guardians;
  const told = found?.edges.map(({ node }) => node && <>{reached(node)} <small>{node.children.map((one) => one.displayName).join(", ")}</small></>);
  return <Lines kind="guardian" found={found} told={told} school={school.id} {...asked} {...page} />;
}

function TeacherPage({ school, where, ...page }: PageProps) {
  const { data, ...asked } = useData(TeachersFoundDocument, { school: school.id, where, after: page.after });
  const found = data?.school?.teachers;
  return <Lines kind="teacher" found={found} told={found?.edges.map(({ node }) => node && reached(node))} school={school.id} {...asked} {...page} />;
}

interface OfficeProps {
  school: School;
  found: OfficeRolesQuery["school"] | undefined;
  granted: readonly OfficeRole[];
}

/** Who leads the school and who works in its office; heads end roles here, and grant them at a teacher. */
function OfOffice({ school, found, granted }: OfficeProps) {
  const held = found?.office ?? [];
  if (held.length === 0) return null;
  return (
    <section aria-labelledby="office">
      <h2 id="office">{t("office")}</h2>
      <ul className="notices">
        {held.map(({ id, role, name, ...days }) => (
          <li key={id}>
            <strong>{name}</strong>: {word("role", role)} <small>{daysOf(days)}</small>
            {found?.viewerMay.includes("endRole") && granted.includes(role) && (
              <Act
                document={EndRoleDocument}
                name={t("end_role")}
                of={name}
                input={(fields) => ({ school: school.id, roleId: id, endsOn: textIn(fields, "endsOn"), reason: textIn(fields, "reason") })}
              >
                <Field name="endsOn" label={t("last_day")} type="date" value={days.endsOn ?? school.today} required />
                <Field name="reason" label={t("why")} maxLength={500} />
              </Act>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
