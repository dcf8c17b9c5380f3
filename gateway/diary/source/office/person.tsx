/** One person of the school: what it knows of them, what ties them to it, and their access codes. */
import type { ReactNode } from "react";
import { Link } from "wouter";
import { useIdAsked } from "../asked";
import { useData } from "../epoch";
import {
  ChangeGuardianDocument,
  ChangeStudentDocument,
  ChangeTeacherDocument,
  type GuardianOfOfficeFragment,
  GrantRoleDocument,
  PersonDocument,
  SetGuardianLeavingDocument,
  SetStudentLeavingDocument,
  SetTeacherLeavingDocument,
  type StudentOfOfficeFragment,
  type TeacherOfOfficeFragment,
} from "../generated/graphql";
import type { AnyMutation } from "../outbox";
import { type School, type Viewer, isHead, officeSchool, rolesGrantedBy, schoolOf } from "../session";
import { day, moment, t, word } from "../texts";
import { t as ofRecords } from "../texts/records";
import { courseName } from "../ui/course-name";
import { DataExports } from "../ui/data-exports";
import { Disclosure } from "../ui/disclosure";
import { Waiting } from "../ui/notices";
import { Nowhere } from "../ui/nowhere";
import { Act, Field, textIn } from "../ui/steps";
import { CodesButton } from "./codes";
import { Erasing } from "./erasing";
import { Merging } from "./merging";
import { PersonAccess } from "./person-access";
import { type Kind, PersonFields, StudentFields, daysOf, personIn, personPath, studentIn } from "./person-fields";
import { Enrolments, Guardianships } from "./student-ties";

type Person = StudentOfOfficeFragment | GuardianOfOfficeFragment | TeacherOfOfficeFragment;
const LONG = { day: "numeric", month: "long", year: "numeric" } as const;

export default function PersonScreen({ viewer }: { viewer: Viewer }) {
  const office = officeSchool(viewer);
  const { data, error, waiting } = useData(PersonDocument, { person: useIdAsked() }, !office);
  const one = data?.node;
  if (!office) return <Nowhere />;
  if (waiting) return <Waiting />;
  if (!one || !("familyName" in one)) return <Nowhere error={error} />;
  const school = schoolOf(viewer, one);
  if (!school) return <Nowhere />;
  if ("children" in one) return <OfGuardian one={one} school={school} />;
  if ("courses" in one) return <OfTeacher one={one} viewer={viewer} school={school} />;
  return <OfStudent one={one} viewer={viewer} school={school} />;
}

interface KnownProps {
  one: Person;
  kind: string;
  school: School;
  more?: ReactNode;
  children: ReactNode;
}

function Known({ one, kind, school, more, children }: KnownProps) {
  return (
    <>
      <p className="no-print"><Link href="/diary/people">{t("nav_people")}</Link></p>
      <h1>{one.displayName} <small>{kind}, {school.name}</small></h1>
      <dl>
        <Told name={t("middle_name")}>{one.middleName}</Told>
        {more}
        <Told name={t("phone")}>{one.phone}</Told>
        <Told name={t("email")}>{one.email}</Told>
        <Told name={t("in_the_school")}>{daysOf(one)}</Told>
      </dl>
      {children}
      <Codes one={one} school={school} />
      <Twice one={one} school={school} />
    </>
  );
}

/** For who may make two records of one person one. */
function Twice({ one, school }: { one: Person; school: School }) {
  const may: readonly string[] = one.viewerMay;
  const kind: Kind = "bornOn" in one ? "student" : "children" in one ? "guardian" : "teacher";
  if (!may.some((name) => name.startsWith("merge"))) return null;
  return (
    <Disclosure summary={ofRecords("merge_title")} label={`${ofRecords("merge_title")}: ${one.displayName}`} className="no-print" anew>
      <Merging kind={kind} person={one.id} familyName={one.familyName} school={school} />
    </Disclosure>
  );
}

function Told({ name, children }: { name: string; children: ReactNode }) {
  return children ? <div><dt>{name}</dt><dd>{children}</dd></div> : null;
}

interface StepsProps {
  one: Person;
  school: School;
  change: unknown;
  leave: unknown;
  given: (fields: FormData) => object;
  fields?: ReactNode;
}

/** What is changed of who somebody is, and when they leave. */
function Steps({ one, school, change, leave, given, fields }: StepsProps) {
  const may: readonly string[] = one.viewerMay;
  const of = one.displayName;
  return (
    <>
      {may.some((name) => name.startsWith("change")) && (
        <Act document={change as AnyMutation} name={t("change_it")} of={of} input={(form) => ({ id: one.id, ...given(form) })}>
          <PersonFields one={one} />
          {fields}
        </Act>
      )}
      {may.some((name) => name.endsWith("Leaving")) && (
        <Act
          document={leave as AnyMutation}
          name={t("leaves_school")}
          of={of}
          input={(form) => ({ id: one.id, endsOn: textIn(form, "endsOn"), reason: textIn(form, "reason") })}
        >
          <Field name="endsOn" label={t("last_day_or_none")} type="date" value={one.endsOn ?? school.today} />
          <Field name="reason" label={t("why")} maxLength={500} />
        </Act>
      )}
    </>
  );
}

function OfStudent({ one, viewer, school }: { one: StudentOfOfficeFragment; viewer: Viewer; school: School }) {
  const more = (
    <>
      <Told name={t("born_on")}>{one.bornOn && day(one.bornOn, LONG)}</Told>
      <Told name={t("school_number")}>{one.identifier}</Told>
    </>
  );
  return (
    <Known one={one} kind={word("role", "STUDENT")} school={school} more={more}>
      <Steps one={one} school={school} change={ChangeStudentDocument} leave={SetStudentLeavingDocument} given={studentIn} fields={<StudentFields one={one} />} />
      <Enrolments one={one} viewer={viewer} school={school} />
      <Guardianships one={one} school={school} />
      {isHead(viewer) && <DataExports student={one.id} name={one.displayName} timeZone={school.timeZone} />}
      {isHead(viewer) && (
        <Disclosure summary={ofRecords("erase_title")} label={`${ofRecords("erase_title")}: ${one.displayName}`} className="no-print" anew>
          <Erasing student={one.id} name={one.displayName} school={school} />
        </Disclosure>
      )}
    </Known>
  );
}

function OfGuardian({ one, school }: { one: GuardianOfOfficeFragment; school: School }) {
  return (
    <Known one={one} kind={word("role", "GUARDIAN")} school={school}>
      <Steps one={one} school={school} change={ChangeGuardianDocument} leave={SetGuardianLeavingDocument} given={personIn} />
      <h2>{t("children")}</h2>
      <ul className="notices">
        {one.children.map(({ id, displayName, classGroups }) => (
          <li key={id}><Link href={personPath("student", id)}>{displayName}</Link> {classGroups.map(({ name }) => name).join(", ")}</li>
        ))}
      </ul>
    </Known>
  );
}

function OfTeacher({ one, viewer, school }: { one: TeacherOfOfficeFragment; viewer: Viewer; school: School }) {
  return (
    <Known one={one} kind={word("role", "TEACHER")} school={school}>
      <Steps one={one} school={school} change={ChangeTeacherDocument} leave={SetTeacherLeavingDocument} given={personIn} />
      {one.school?.viewerMay.includes("grantRole") && (
        <Act
          document={GrantRoleDocument}
          name={t("grant_role")}
          of={one.displayName}
          input={(form) => ({ school: school.id, teacher: one.id, role: form.get("role"), beginsOn: textIn(form, "beginsOn"), reason: textIn(form, "reason") })}
        >
          <label htmlFor="role">{t("role")}</label>
          <select id="role" name="role">
            {rolesGrantedBy(viewer).map((role) => <option key={role} value={role}>{word("role", role)}</option>)}
          </select>
          <Field name="beginsOn" label={t("first_day")} type="date" value={school.today} />
          <Field name="reason" label={t("why")} maxLength={500} />
        </Act>
      )}
      <h2>{t("courses")}</h2>
      <ul>
        {one.classGroups.map(({ id, name }) => <li key={id}>{t("leads_class", { name })}</li>)}
        {one.courses.map((course) => <li key={course.id}>{courseName(course)}</li>)}
      </ul>
    </Known>
  );
}

function Codes({ one, school }: { one: Person; school: School }) {
  return (
    <section aria-labelledby="codes">
      <h2 id="codes">{t("access_codes")}</h2>
      <ul className="notices">
        {one.accessCodes?.map(({ id, state, createdAt, createdBy, expiresAt, usedAt, usedBy }) => (
          <li key={id}>
            {moment(createdAt, school.timeZone)}, {createdBy} <span className="state">{word("code_state", state)}</span>{" "}
            <small>{usedAt ? `${moment(usedAt, school.timeZone)} ${usedBy ?? ""}` : t("until_day", { day: moment(expiresAt, school.timeZone) })}</small>
          </li>
        ))}
      </ul>
      <CodesButton school={school.id} people={[one.id]} />
      <PersonAccess person={one.id} name={one.displayName} />
    </section>
  );
}
