/** The turn of the year: the next one as it is planned, opened by the office, and taken back. */
import { useState } from "react";
import { useClient } from "urql";
import { useData } from "../epoch";
import { ChangeAcademicYearDocument, CreateAcademicYearsDocument, NextYearDocument, type NextYearQuery, OpenAcademicYearDocument, PutAwayAcademicYearDocument, TakeBackAcademicYearDocument, YearsOfSchoolDocument, YearsPutAwayDocument } from "../generated/graphql";
import { newKey, refusalOf } from "../outbox";
import { language, span, t } from "../texts";
import { s } from "../texts/setup";
import { Disclosure } from "../ui/disclosure";
import { useForm } from "../ui/form";
import { Problem, Waiting } from "../ui/notices";
import { PutAway } from "../ui/put-away";
import { Field, FormBody, Step, textIn } from "../ui/steps";
import { Create } from "./setup/parts";

type Plan = NonNullable<NonNullable<NextYearQuery["school"]>["yearPlan"]>;
const LONG = { day: "numeric", month: "long", year: "numeric" } as const;

interface Wished {
  name: string | null;
  startsOn: string | null;
  endsOn: string | null;
}

const AS_PLANNED: Wished = { name: null, startsOn: null, endsOn: null };

export function Years({ school }: { school: string }) {
  const { data, error, waiting } = useData(YearsOfSchoolDocument, { school });
  if (waiting) return <Waiting />;
  const found = data?.school;
  if (!found) return <Problem error={error} />;
  return (
    <section aria-labelledby="years">
      <h2 id="years">{t("academic_years")}</h2>
      <ul className="notices">
        {found.academicYears.filter(({ active }) => active).map((one) => (
          <li key={one.id}>
            <strong>{one.name}</strong> {span(one.startsOn, one.endsOn, LONG)} {one.current && <span className="state">{t("current_year")}</span>}
            {!one.current && one.startsOn > found.today && one.viewerMay.includes("takeBackAcademicYear") && (
              <Step record={one} document={TakeBackAcademicYearDocument} name={t("take_year_back")} of={one.name} reason={t("reason_taken_back")} />
            )}
            {one.viewerMay.includes("changeAcademicYear") && (
              <Step record={one} document={ChangeAcademicYearDocument} name={t("change_it")} of={one.name} input={yearIn}>
                <YearFields one={one} />
              </Step>
            )}
            {one.viewerMay.includes("putAwayAcademicYear") && (
              <Step record={one} document={PutAwayAcademicYearDocument} name={t("put_away")} of={one.name} reason={t("reason_put_away")} />
            )}
          </li>
        ))}
      </ul>
      {found.viewerMay.includes("createAcademicYears") && (
        <PutAway
          of={t("academic_years")}
          document={YearsPutAwayDocument}
          variables={{ school }}
          all={(data) => data.school?.academicYears}
          named={({ name }) => <strong>{name}</strong>}
          told={(one) => span(one.startsOn, one.endsOn, LONG)}
          back={(one) => one.viewerMay.includes("changeAcademicYear") && (
            <Step record={one} document={ChangeAcademicYearDocument} name={t("take_back")} of={one.name} reason={t("reason_restored_it")} input={() => ({ name: one.name })} />
          )}
        />
      )}
      {found.viewerMay.includes("openAcademicYear") && (
        <Disclosure summary={t("next_year")} anew><NextYear school={school} /></Disclosure>
      )}
      {found.viewerMay.includes("createAcademicYears") && (
        <Create name={s("new_year")} document={CreateAcademicYearsDocument} input={(fields) => ({ school, academicYears: [yearIn(fields)] })}>
          <p className="help">{s("new_year_help")}</p>
          <YearFields />
        </Create>
      )}
    </section>
  );
}

function YearFields({ one }: { one?: { name: string; startsOn: string; endsOn: string } }) {
  return (
    <>
      <Field name="name" label={t("called")} value={one?.name} required maxLength={200} />
      <Field name="startsOn" label={t("first_day")} value={one?.startsOn} type="date" required />
      <Field name="endsOn" label={t("last_day")} value={one?.endsOn} type="date" required />
    </>
  );
}

const yearIn = (fields: FormData) => ({ name: textIn(fields, "name"), startsOn: textIn(fields, "startsOn"), endsOn: textIn(fields, "endsOn") });

/** What the next year would be: shown again for other days, and opened as it is shown. */
function NextYear({ school }: { school: string }) {
  const [wished, setWished] = useState(AS_PLANNED);
  const { data, error, waiting } = useData(NextYearDocument, { school, ...wished, language: language() });
  const plan = data?.school?.yearPlan;
  if (!plan && waiting) return <Waiting />;
  if (!plan) return <Problem error={error} />;
  return <Planned key={plan.fingerprint} school={school} plan={plan} wished={wished} onWished={setWished} />;
}

interface PlannedProps {
  school: string;
  plan: Plan;
  wished: Wished;
  onWished: (wished: Wished) => void;
}

function Planned({ school, plan, wished, onWished }: PlannedProps) {
  const client = useClient();
  const { busy, done, refusal, send } = useForm(async (fields) => {
    const given = yearIn(fields);
    if (given.name !== plan.name || given.startsOn !== plan.startsOn || given.endsOn !== plan.endsOn) {
      onWished(given); // what is opened has been shown
      return undefined;
    }
    const input = { school, ...wished, fingerprint: plan.fingerprint, idempotencyKey: newKey() };
    return refusalOf(await client.mutation(OpenAcademicYearDocument, { input }).toPromise());
  });
  const staying = plan.classGroups.filter(({ leaves }) => !leaves);
  const leaving = plan.classGroups.filter(({ leaves }) => leaves);
  const named = (one: Plan["classGroups"][number]) => one.sources.map(({ name }) => name).join(" + ");
  return (
    <form className="fields" aria-label={t("next_year")} onSubmit={(event) => void send(event)}>
      <FormBody refusal={refusal}>
        <YearFields one={plan} />
        <dl>
          <div><dt>{t("nav_periods")}</dt><dd>{plan.periods.map(({ name, startsOn, endsOn }) => `${name}: ${span(startsOn, endsOn, { day: "numeric", month: "short" })}`).join("; ")}</dd></div>
          <div><dt>{t("nav_classes")}</dt><dd>{staying.map((one) => `${named(one)} → ${one.name}${one.classTeacher ? `, ${one.classTeacher.displayName}` : ""}`).join("; ")}</dd></div>
          {leaving.length > 0 && <div><dt>{t("classes_leaving")}</dt><dd>{leaving.map(named).join(", ")}</dd></div>}
          <div><dt>{t("courses")}</dt><dd>{plan.courses.length}</dd></div>
          <div><dt>{t("students_leaving")}</dt><dd>{plan.leaving.length}</dd></div>
        </dl>
        {plan.notes.length > 0 && <ul className="notices">{plan.notes.map((one) => <li key={one}>{one}</li>)}</ul>}
        <button type="submit" className="first" disabled={busy}>{t("open_year")}</button>
        <p className="help">{t("open_year_help")}</p>
        {done && <p role="status">{t("saved")}</p>}
      </FormBody>
    </form>
  );
}
