/** What ties a student to the school: classes and courses, and whose child they are. */
import { useDeferredValue, useId, useState } from "react";
import { Link } from "wouter";
import { useData } from "../epoch";
import {
  BeginGuardianshipDocument,
  ChangeGuardianshipDocument,
  CoursesOfClassDocument,
  CreateGuardiansDocument,
  EndEnrolmentDocument,
  EndGuardianshipDocument,
  EnrolStudentDocument,
  GuardiansFoundDocument,
  type GuardianshipKind,
  MoveStudentDocument,
  RestrictGuardianshipDocument,
  type StudentOfOfficeFragment,
} from "../generated/graphql";
import type { School, Viewer } from "../session";
import { t, word } from "../texts";
import { Act, Field, textIn } from "../ui/steps";
import { PersonFields, daysOf, personIn, personPath } from "./person-fields";
import { useSchool } from "./school";

const KINDS: readonly GuardianshipKind[] = ["MOTHER", "FATHER", "GUARDIAN", "GRANDPARENT", "OTHER"];
const RESTRICTIONS = ["", "NO_CONTACTS", "NOTHING_SEEN"] as const;

interface Props {
  one: StudentOfOfficeFragment;
  school: School;
}

/** Whether it holds on the day or begins later, so that it can still be ended. */
const goesOn = (day: string) => ({ endsOn }: { endsOn: string | null }) => endsOn === null || endsOn >= day;

export function Enrolments({ one, viewer, school }: Props & { viewer: Viewer }) {
  const { school: found } = useSchool(viewer);
  const groups = found?.classGroups?.edges.flatMap(({ node }) => node ?? []) ?? [];
  const [group] = one.classGroups;
  const may = (name: (typeof one.viewerMay)[number]) => one.viewerMay.includes(name);
  const of = one.displayName;
  return (
    <section aria-labelledby="enrolments">
      <h2 id="enrolments">{t("where_they_learn")}</h2>
      <ul className="notices">
        {one.enrolments?.map((tie, at) => (
          <li key={at}>
            <strong>{tie.classGroup?.name ?? tie.course?.title}</strong> <small>{daysOf(tie)}</small>
            {may("endEnrolment") && goesOn(school.today)(tie) && (
              <Act
                document={EndEnrolmentDocument}
                name={t("end_tie")}
                of={tie.classGroup?.name ?? tie.course?.title ?? ""}
                input={(fields) => ({ student: one.id, classGroup: tie.classGroup?.id ?? null, course: tie.course?.id ?? null, ...ending(fields) })}
              >
                <Ending today={school.today} />
              </Act>
            )}
          </li>
        ))}
      </ul>
      {may("moveStudent") && group && (
        <Act document={MoveStudentDocument} name={t("move_to_class")} of={of} input={(fields) => ({ student: one.id, classGroup: fields.get("classGroup"), ...beginning(fields) })}>
          <ClassField groups={groups.filter(({ id }) => id !== group.id)} />
          <Beginning today={school.today} />
        </Act>
      )}
      {may("enrolStudent") && !group && (
        <Act document={EnrolStudentDocument} name={t("enrol_in_class")} of={of} input={(fields) => ({ student: one.id, classGroup: fields.get("classGroup"), ...beginning(fields) })}>
          <ClassField groups={groups} />
          <Beginning today={school.today} />
        </Act>
      )}
      {may("enrolStudent") && group && (
        <Act document={EnrolStudentDocument} name={t("enrol_in_course")} of={of} input={(fields) => ({ student: one.id, course: fields.get("course"), ...beginning(fields) })}>
          <CourseField classGroup={group.id} />
          <Beginning today={school.today} />
        </Act>
      )}
    </section>
  );
}

function ClassField({ groups }: { groups: readonly { id: string; name: string }[] }) {
  const id = useId();
  return (
    <>
      <label htmlFor={id}>{t("class")}</label>
      <select id={id} name="classGroup" required>
        {groups.map(({ id: group, name }) => <option key={group} value={group}>{name}</option>)}
      </select>
    </>
  );
}

function CourseField({ classGroup }: { classGroup: string }) {
  const id = useId();
  const { data } = useData(CoursesOfClassDocument, { classGroup });
  // All of the class have the others.
  const byName = data?.classGroup?.courses.filter(({ wholeClass }) => !wholeClass);
  return (
    <>
      <label htmlFor={id}>{t("course")}</label>
      <select id={id} name="course" required>
        {byName?.map(({ id: course, title }) => <option key={course} value={course}>{title}</option>)}
      </select>
    </>
  );
}

function Beginning({ today }: { today: string }) {
  return (
    <>
      <Field name="beginsOn" label={t("first_day")} type="date" value={today} />
      <Field name="reason" label={t("why")} maxLength={500} />
    </>
  );
}

const beginning = (fields: FormData) => ({ beginsOn: textIn(fields, "beginsOn"), reason: textIn(fields, "reason") });

function Ending({ today }: { today: string }) {
  return (
    <>
      <Field name="endsOn" label={t("last_day")} type="date" value={today} required />
      <Field name="reason" label={t("why")} maxLength={500} />
    </>
  );
}

const ending = (fields: FormData) => ({ endsOn: textIn(fields, "endsOn"), reason: textIn(fields, "reason") });

export function Guardianships({ one, school }: Props) {
  const may = (name: (typeof one.viewerMay)[number]) => one.viewerMay.includes(name);
  return (
    <section aria-labelledby="guardianships">
      <h2 id="guardianships">{t("guardians")}</h2>
      <ul className="notices">
        {one.guardianships?.map((tie, at) => tie.guardian && (
          <li key={at}>
            <strong><Link href={personPath("guardian", tie.guardian.id)}>{tie.guardian.displayName}</Link></strong> {word("guardianship", tie.kind)}{" "}
            <small>{[tie.guardian.phone, tie.guardian.email, daysOf(tie)].filter(Boolean).join(", ")}</small>{" "}
            {tie.restriction && <span className="state">{word("restriction", tie.restriction)}</span>}
            {goesOn(school.today)(tie) && <TieSteps student={one} guardian={tie.guardian} kind={tie.kind} restriction={tie.restriction} today={school.today} />}
          </li>
        ))}
      </ul>
      {may("beginGuardianship") && (
        <>
          <Act document={BeginGuardianshipDocument} name={t("tie_guardian")} of={one.displayName} input={(fields) => ({ student: one.id, guardian: fields.get("guardian"), kind: fields.get("kind"), ...beginning(fields) })}>
            <GuardianFinder school={school.id} />
            <KindField />
            <Beginning today={school.today} />
          </Act>
          <Act document={CreateGuardiansDocument} name={t("new_guardian")} of={one.displayName} input={(fields) => ({ school: school.id, rows: [{ ...personIn(fields), children: [one.id], kind: fields.get("kind") }] })}>
            <PersonFields />
            <KindField />
          </Act>
        </>
      )}
    </section>
  );
}

interface TieProps {
  student: StudentOfOfficeFragment;
  guardian: { id: string; displayName: string };
  kind: GuardianshipKind;
  restriction: string | null;
  today: string;
}

function TieSteps({ student, guardian, kind, restriction, today }: TieProps) {
  const id = useId();
  const tie = { student: student.id, guardian: guardian.id };
  const of = guardian.displayName;
  const may = (name: (typeof student.viewerMay)[number]) => student.viewerMay.includes(name);
  return (
    <>
      {may("changeGuardianship") && (
        <Act document={ChangeGuardianshipDocument} name={t("change_it")} of={of} input={(fields) => ({ ...tie, kind: fields.get("kind"), reason: textIn(fields, "reason") })}>
          <KindField kind={kind} />
          <Field name="reason" label={t("why")} maxLength={500} />
        </Act>
      )}
      {may("restrictGuardianship") && (
        <Act document={RestrictGuardianshipDocument} name={t("restrict_it")} of={of} input={(fields) => ({ ...tie, restriction: textIn(fields, "restriction"), reason: textIn(fields, "reason") })}>
          <label htmlFor={id}>{t("kept_from_them")}</label>
          <select id={id} name="restriction" defaultValue={restriction ?? ""}>
            {RESTRICTIONS.map((one) => <option key={one} value={one}>{word("restriction", one || "NONE")}</option>)}
          </select>
          <Field name="reason" label={t("why")} maxLength={500} required />
        </Act>
      )}
      {may("endGuardianship") && (
        <Act document={EndGuardianshipDocument} name={t("end_tie")} of={of} input={(fields) => ({ ...tie, ...ending(fields) })}>
          <Ending today={today} />
        </Act>
      )}
    </>
  );
}

function KindField({ kind = "GUARDIAN" }: { kind?: GuardianshipKind }) {
  const id = useId();
  return (
    <>
      <label htmlFor={id}>{t("what_they_are")}</label>
      <select id={id} name="kind" defaultValue={kind}>
        {KINDS.map((one) => <option key={one} value={one}>{word("guardianship", one)}</option>)}
      </select>
    </>
  );
}

/** A guardian of the school, found by name. */
function GuardianFinder({ school }: { school: string }) {
  const id = useId();
  const [typed, setTyped] = useState("");
  const name = useDeferredValue(typed.trim());
  const { data } = useData(GuardiansFoundDocument, { school, where: { name }, after: null }, name.length < 2);
  const found = name.length < 2 ? [] : (data?.school?.guardians?.edges.flatMap(({ node }) => node ?? []) ?? []);
  return (
    <>
      <label htmlFor={`${id} name`}>{t("name")}</label>
      <input id={`${id} name`} type="search" value={typed} autoComplete="off" onChange={({ target }) => setTyped(target.value)} />
      <label htmlFor={id}>{t("guardian")}</label>
      <select id={id} name="guardian" required>
        {found.map((one) => <option key={one.id} value={one.id}>{[one.displayName, ...one.children.map(({ displayName }) => displayName)].join(" · ")}</option>)}
      </select>
    </>
  );
}
