/** The periods of the year, and closing and opening them, with the reason and days of grace. */
import { type FormEvent, useState } from "react";
import { useData } from "../epoch";
import { ChangePeriodDocument, CreatePeriodsDocument, type OfficePeriodFragment, PeriodsPutAwayDocument, RemovePeriodDocument, YearsOfSchoolDocument } from "../generated/graphql";
import { type Refusal, enter } from "../outbox";
import type { Viewer } from "../session";
import { day, span, t } from "../texts";
import { choices, s } from "../texts/setup";
import { RefusalNotice, Waiting } from "../ui/notices";
import { Nowhere } from "../ui/nowhere";
import { PutAway } from "../ui/put-away";
import { Scroll } from "../ui/scroll";
import { Choice, Field, Step, textIn } from "../ui/steps";
import { Years } from "./next-year";
import { useSchool } from "./school";
import { Cell, Create, Rows, rowsIn } from "./setup/parts";

const MOST_GRACE = 366;
const KINDS = ["QUARTER", "TRIMESTER", "HALF_YEAR", "SEMESTER", "MODULE", "YEAR", "OTHER"] as const;

export default function Periods({ viewer }: { viewer: Viewer }) {
  const { school, error, waiting } = useSchool(viewer);
  if (waiting) return <Waiting />;
  if (!school) return <Nowhere error={error} />;
  return (
    <>
      <h1>{t("nav_periods")} <small>{school.name}</small></h1>
      <Scroll>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t("period")}</th>
              <th scope="col">{t("from")}</th>
              <th scope="col">{t("to")}</th>
              <th scope="col">{t("state")}</th>
            </tr>
          </thead>
          <tbody>
            {school.periods.map((one) => <PeriodRow key={one.id} one={one} />)}
          </tbody>
        </table>
      </Scroll>
      {school.viewerMay.includes("createPeriods") && (
        <PutAway
          of={t("nav_periods")}
          document={PeriodsPutAwayDocument}
          variables={{ school: school.id }}
          all={(data) => data.school?.periods}
          named={({ name }) => <strong>{name}</strong>}
          told={(one) => [one.academicYear.name, span(one.startsOn, one.endsOn, { day: "numeric", month: "short" })].join(", ")}
          back={(one) => one.viewerMay.includes("changePeriod") && (
            <Step record={one} document={ChangePeriodDocument} name={t("take_back")} of={one.name} reason={t("reason_restored_it")} input={() => ({ name: one.name })} />
          )}
        />
      )}
      {school.viewerMay.includes("createPeriods") && <NewPeriods school={school.id} today={school.today} />}
      <Years school={school.id} />
    </>
  );
}

function PeriodRow({ one }: { one: OfficePeriodFragment }) {
  const may = one.viewerMay.includes(one.locked ? "unlockPeriod" : "lockPeriod");
  return (
    <tr>
      <th scope="row">
        {one.name} <small>{s(`kind_${one.kind}`)}</small>
      </th>
      <td>{day(one.startsOn, { day: "numeric", month: "short" })}</td>
      <td>{day(one.endsOn, { day: "numeric", month: "short" })}</td>
      <td>
        {one.locked ? t("locked") : t("open")}
        {one.openUntil && <small> {t("grace_until", { day: day(one.openUntil, { day: "numeric", month: "short" }) })}</small>}{" "}
        {may && <Turn key={one.version} period={one} />}
        <Steps one={one} />
      </td>
    </tr>
  );
}

/** A button that asks for the reason before it closes or opens. */
function Turn({ period }: { period: OfficePeriodFragment }) {
  const [open, setOpen] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  const verb = period.locked ? t("unlock") : t("lock");

  async function turn(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const grace = String(fields.get("grace") ?? "");
    const input = {
      id: period.id,
      expectedVersion: period.version,
      reason: String(fields.get("reason")),
      ...(grace === "" ? {} : { graceDays: Number(grace) }),
    };
    const payload = await enter(period.locked ? "UnlockPeriod" : "LockPeriod", input, `period:${period.id}`, "");
    setRefusal(payload?.errors[0]);
    if (payload?.errors.length === 0) setOpen(false);
  }

  if (!open) {
    return <button type="button" aria-label={`${verb}: ${period.name}`} onClick={() => setOpen(true)}>{verb}</button>;
  }
  return (
    <form className="tools" onSubmit={(event) => void turn(event)}>
      <label>{t("reason")} <input name="reason" required defaultValue={t("reason_period")} /></label>
      {!period.locked && (
        <label>{t("grace_days")} <input name="grace" type="number" min="0" max={MOST_GRACE} /></label>
      )}
      <button type="submit" className="first" aria-label={`${verb}: ${period.name}`}>{verb}</button>
      <button type="button" onClick={() => setOpen(false)}>{t("never_mind")}</button>
      <RefusalNotice refusal={refusal} />
    </form>
  );
}

function Steps({ one }: { one: OfficePeriodFragment }) {
  return (
    <>
      {one.viewerMay.includes("changePeriod") && (
        <Step
          record={one}
          document={ChangePeriodDocument}
          name={t("change_it")}
          of={one.name}
          input={(fields) => ({ name: textIn(fields, "name"), kind: fields.get("kind"), startsOn: textIn(fields, "startsOn"), endsOn: textIn(fields, "endsOn") })}
        >
          <Field name="name" label={t("called")} value={one.name} required maxLength={200} />
          <Choice name="kind" label={t("kind")} among={choices("kind", KINDS)} value={one.kind} />
          <Field name="startsOn" label={t("first_day")} value={one.startsOn} type="date" required />
          <Field name="endsOn" label={t("last_day")} value={one.endsOn} type="date" required />
        </Step>
      )}
      {one.viewerMay.includes("removePeriod") && <Step record={one} document={RemovePeriodDocument} name={t("remove")} of={one.name} reason={t("reason_put_away")} />}
    </>
  );
}

/** Periods of a year, all of them or none. */
function NewPeriods({ school, today }: { school: string; today: string }) {
  const { data } = useData(YearsOfSchoolDocument, { school });
  const years = data?.school?.academicYears.filter(({ active, endsOn }) => active && endsOn >= today) ?? [];
  if (years.length === 0) return null;
  return (
    <Create
      name={s("new_periods")}
      document={CreatePeriodsDocument}
      input={(fields) => ({
        school,
        periods: rowsIn(fields, "periods", (text) => ({ academicYear: fields.get("academicYear"), name: text("name"), kind: text("kind"), startsOn: text("startsOn"), endsOn: text("endsOn") })),
      })}
    >
      <p className="help">{s("new_periods_help")}</p>
      <Choice name="academicYear" label={s("academic_year")} among={years.map(({ id, name }) => [id, name] as const)} />
      <Rows
        legend={t("nav_periods")}
        name="periods"
        begin={1}
        called={(number) => s("period_number", { number })}
        row={(at) => (
          <>
            <Cell><Field name={`${at}.name`} label={t("called")} required maxLength={200} /></Cell>
            <Cell><Choice name={`${at}.kind`} label={t("kind")} among={choices("kind", KINDS)} /></Cell>
            <Cell><Field name={`${at}.startsOn`} label={t("first_day")} type="date" required /></Cell>
            <Cell><Field name={`${at}.endsOn`} label={t("last_day")} type="date" required /></Cell>
          </>
        )}
      />
    </Create>
  );
}
