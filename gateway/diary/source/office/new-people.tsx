/** New students, guardians and teachers, one at a time; many at once come by a roster. */
import { useId } from "react";
import { useClient } from "urql";
import { CreateGuardiansDocument, CreateTeachersDocument, EnrolStudentsDocument, type OfficeQuery } from "../generated/graphql";
import { type AnyMutation, newKey, refusalOf } from "../outbox";
import type { School } from "../session";
import { t } from "../texts";
import { Disclosure } from "../ui/disclosure";
import { useForm } from "../ui/form";
import { Field, FormBody, textIn } from "../ui/steps";
import { PersonFields, StudentFields, personIn, studentIn } from "./person-fields";

export function NewPeople({ school, known }: { school: School; known: OfficeQuery["school"] | undefined }) {
  const id = useId();
  const may = known?.viewerMay ?? [];
  return (
    <>
      {may.includes("enrolStudents") && (
        <NewPerson school={school.id} name={t("new_student")} document={EnrolStudentsDocument} row={(fields) => ({ ...studentIn(fields), classGroup: textIn(fields, "classGroup"), beginsOn: textIn(fields, "beginsOn") })}>
          <StudentFields />
          <label htmlFor={id}>{t("class")}</label>
          <select id={id} name="classGroup">
            <option value="">—</option>
            {known?.classGroups?.edges.map(({ node }) => node && <option key={node.id} value={node.id}>{node.name}</option>)}
          </select>
          <Field name="beginsOn" label={t("first_day")} type="date" value={school.today} />
        </NewPerson>
      )}
      {may.includes("createGuardians") && <NewPerson school={school.id} name={t("new_guardian")} document={CreateGuardiansDocument} row={personIn} />}
      {may.includes("createTeachers") && <NewPerson school={school.id} name={t("new_teacher")} document={CreateTeachersDocument} row={personIn} />}
    </>
  );
}

interface Props {
  school: string;
  name: string;
  document: unknown;
  row: (fields: FormData) => object;
  children?: React.ReactNode;
}

function NewPerson({ school, name, document, row, children }: Props) {
  const client = useClient();
  const { busy, done, refusal, send } = useForm(async (fields) =>
    refusalOf(await client.mutation(document as AnyMutation, { input: { school, rows: [row(fields)], idempotencyKey: newKey() } }).toPromise()),
  );
  return (
    <Disclosure summary={name}>
      <form className="fields" aria-label={name} onSubmit={(event) => void send(event)}>
        <FormBody refusal={refusal}>
          <PersonFields />
          {children}
          <button type="submit" className="first" disabled={busy}>{t("add")}</button>
          {done && <p role="status">{t("saved")}</p>}
        </FormBody>
      </form>
    </Disclosure>
  );
}
