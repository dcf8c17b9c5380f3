/** The classes: who leads them, who is in them, codes for all of one; and new ones. */
import { useDeferredValue, useId, useState } from "react";
import { useClient } from "urql";
import { Link } from "wouter";
import { useData } from "../epoch";
import {
  ChangeClassGroupDocument,
  ClassesPutAwayDocument,
  ClassOfDocument,
  type ClassOfQuery,
  CreateClassGroupDocument,
  EnrolStudentDocument,
  EnrolStudentsDocument,
  PutAwayClassGroupDocument,
  RestoreClassGroupDocument,
  StudentsFoundDocument,
  YearsOfSchoolDocument,
} from "../generated/graphql";
import { newKey, refusalOf } from "../outbox";
import { type School, type Viewer, officeSchool } from "../session";
import { t } from "../texts";
import { s } from "../texts/setup";
import { Disclosure } from "../ui/disclosure";
import { useForm } from "../ui/form";
import { Problem, Waiting } from "../ui/notices";
import { Nowhere } from "../ui/nowhere";
import { PutAway } from "../ui/put-away";
import { Act, Choice, Field, FormBody, linesIn, textIn } from "../ui/steps";
import { CodesButton } from "./codes";
import { personPath } from "./person-fields";
import { useSchool, useTeachers } from "./school";
import { coursePath } from "./setup/courses";
import { Create } from "./setup/parts";

type Group = NonNullable<ClassOfQuery["classGroup"]>;
type Named = readonly (readonly [string, string])[];

export default function Classes({ viewer }: { viewer: Viewer }) {
  const { school, error, waiting } = useSchool(viewer);
  const { teachers = [] } = useTeachers(officeSchool(viewer));
  const [opened, setOpened] = useState<string>();
  if (waiting) return <Waiting />;
  if (!school) return <Nowhere error={error} />;
  const leaders = teachers.map(({ id, displayName }) => [id, displayName] as const);
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
            {opened === node.id && <ClassOf id={node.id} school={school} leaders={leaders} />}
          </li>
        ))}
      </ul>
      {school.viewerMay.includes("createClassGroup") && (
        <PutAway
          of={t("nav_classes")}
          document={ClassesPutAwayDocument}
          variables={{ school: school.id }}
          all={(data) => data.school?.classGroups?.edges.flatMap(({ node }) => node ?? [])}
          named={({ name }) => <strong>{name}</strong>}
          told={(one) => one.academicYear?.name}
          back={(one) => one.viewerMay.includes("restoreClassGroup") && <Act document={RestoreClassGroupDocument} name={t("take_back")} of={one.name} input={() => ({ id: one.id })} />}
        />
      )}
      {school.viewerMay.includes("createClassGroup") && <NewClass school={school.id} today={school.today} leaders={leaders} />}
    </>
  );
}

type OfficeSchool = Pick<School, "id" | "today"> & { viewerMay: readonly string[] };

function ClassOf({ id, school, leaders }: { id: string; school: OfficeSchool; leaders: Named }) {
  const { data, error, waiting } = useData(ClassOfDocument, { classGroup: id });
  if (waiting) return <Waiting />;
  if (!data?.classGroup) return <Problem error={error} />;
  const group = data.classGroup;
  return (
    <div>
      <p><CodesButton school={school.id} classGroup={id} roles={["STUDENT", "GUARDIAN"]} /></p>
      <Steps group={group} leaders={leaders} />
      <ol>
        {group.students.map((one) => (
          <li key={one.id}>
            <Link href={personPath("student", one.id)}>{one.displayName}</Link> <small>{one.guardians?.map(({ displayName }) => displayName).join(", ")}</small>
          </li>
        ))}
      </ol>
      {school.viewerMay.includes("enrolStudents") && (
        <>
          <NewStudents group={group} school={school} />
          <Act document={EnrolStudentDocument} name={s("known_student")} of={group.name} input={(fields) => ({ student: fields.get("student"), classGroup: id, beginsOn: textIn(fields, "beginsOn") })}>
            <KnownStudent school={school.id} />
            <Field name="beginsOn" label={t("first_day")} type="date" value={school.today} />
          </Act>
        </>
      )}
      <h2>{t("courses")}</h2>
      <ul>
        {group.courses.map((one) => (
          <li key={one.id}><Link href={coursePath(one.id)}>{one.title}</Link>: {one.teachers.map(({ displayName }) => displayName).join(", ")}</li>
        ))}
      </ul>
      <p><Link href={`/diary/setup/courses?class=${encodeURIComponent(id)}`}>{s("new_course")}</Link> · <Link href={`/diary/setup/timetable?class=${encodeURIComponent(id)}`}>{s("timetable")}</Link></p>
    </div>
  );
}

function Steps({ group, leaders }: { group: Group; leaders: Named }) {
  return (
    <>
      <p>
        {[group.academicYear?.name, group.gradeLevel && `${s("grade_level")}: ${group.gradeLevel}`, group.deputy && `${s("deputy")}: ${group.deputy.displayName}`].filter(Boolean).join(" · ")}
      </p>
      {group.viewerMay.includes("changeClassGroup") && (
        <Act document={ChangeClassGroupDocument} name={t("change_it")} of={group.name} input={(fields) => ({ id: group.id, ...classIn(fields), reason: textIn(fields, "reason") })}>
          <ClassFields one={group} leaders={leaders} />
          <Field name="reason" label={t("why")} maxLength={500} />
        </Act>
      )}
      {group.viewerMay.includes("putAwayClassGroup") && <Act document={PutAwayClassGroupDocument} name={s("put_class_away")} of={group.name} input={() => ({ id: group.id })} />}
    </>
  );
}

function ClassFields({ one, leaders }: { one?: Group; leaders: Named }) {
  return (
    <>
      <Field name="name" label={t("called")} value={one?.name} required maxLength={200} />
      <Field name="gradeLevel" label={s("grade_level")} value={one?.gradeLevel} maxLength={100} />
      <Choice name="classTeacher" label={s("leader")} among={leaders} value={one?.classTeacher?.id} none={s("nobody")} />
      <Choice name="deputy" label={s("deputy")} among={leaders} value={one?.deputy?.id} none={s("nobody")} />
    </>
  );
}

const classIn = (fields: FormData) => ({
  name: textIn(fields, "name"),
  gradeLevel: textIn(fields, "gradeLevel"),
  classTeacher: textIn(fields, "classTeacher"),
  deputy: textIn(fields, "deputy"),
});

function NewClass({ school, today, leaders }: { school: string; today: string; leaders: Named }) {
  const { data } = useData(YearsOfSchoolDocument, { school });
  const years = data?.school?.academicYears.filter(({ active, endsOn }) => active && endsOn >= today) ?? [];
  return (
    <Create name={s("new_class")} document={CreateClassGroupDocument} input={(fields) => ({ school, academicYear: fields.get("academicYear"), ...classIn(fields) })}>
      <Choice name="academicYear" label={s("academic_year")} among={years.map(({ id, name }) => [id, name] as const)} />
      <ClassFields leaders={leaders} />
    </Create>
  );
}

/** A class that is typed in or pasted as a table, a student a line. */
function NewStudents({ group, school }: { group: Group; school: OfficeSchool }) {
  const client = useClient();
  const { busy, done, refusal, send } = useForm(async (fields) => {
    const rows = linesIn(fields, "lines").map((line) => {
      const [familyName = "", givenName = "", middleName, bornOn] = line.split(/[\t;,]/).map((cell) => cell.trim());
      return { familyName, givenName, middleName: middleName || null, bornOn: bornOn || null, classGroup: group.id };
    });
    const input = { school: school.id, rows, beginsOn: textIn(fields, "beginsOn"), idempotencyKey: newKey() };
    const refused = refusalOf(await client.mutation(EnrolStudentsDocument, { input }).toPromise());
    const [list, row] = refused?.path ?? [];
    if (!refused || list !== "rows") return refused;
    return { ...refused, path: ["lines"], line: s("line_number", { number: Number(row) + 1 }) };
  });
  return (
    <Disclosure summary={s("students_typed")} label={`${s("students_typed")}: ${group.name}`} className="create no-print">
      <form className="fields" aria-label={`${s("students_typed")}: ${group.name}`} onSubmit={(event) => void send(event)}>
        <FormBody refusal={refusal}>
          <p className="help">{s("students_typed_help")}</p>
          <Field name="lines" label={t("students")} rows={8} required />
          <Field name="beginsOn" label={t("first_day")} type="date" value={school.today} required />
          <button type="submit" className="first" disabled={busy}>{t("add")}</button>
          {done && <p role="status">{t("saved")}</p>}
        </FormBody>
      </form>
    </Disclosure>
  );
}

/** Students without a class, found by name. */
function KnownStudent({ school }: { school: string }) {
  const id = useId();
  const [typed, setTyped] = useState("");
  const name = useDeferredValue(typed.trim());
  const { data } = useData(StudentsFoundDocument, { school, where: { name: name || null, withoutClassGroup: true }, after: null });
  const found = data?.school?.students?.edges.flatMap(({ node }) => (node ? [[node.id, node.displayName] as const] : [])) ?? [];
  return (
    <>
      <label htmlFor={id}>{t("name")}</label>
      <input id={id} type="search" value={typed} autoComplete="off" onChange={({ target }) => setTyped(target.value)} />
      <Choice name="student" label={s("student")} among={found} />
    </>
  );
}
