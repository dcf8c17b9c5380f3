/** The periods of the year, and closing and opening them, with the reason and days of grace. */
import { type FormEvent, useState } from "react";
import type { OfficePeriodFragment } from "../generated/graphql";
import { type Refusal, enter } from "../outbox";
import type { Viewer } from "../session";
import { day, t } from "../texts";
import { Problem, RefusalNotice, Waiting } from "../ui/notices";
import { Scroll } from "../ui/scroll";
import { Years } from "./next-year";
import { useSchool } from "./school";

const MOST_GRACE = 366;

export default function Periods({ viewer }: { viewer: Viewer }) {
  const { school, error, waiting } = useSchool(viewer);
  if (waiting) return <Waiting />;
  if (!school) return <Problem error={error} />;
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
      <Years school={school.id} />
    </>
  );
}

function PeriodRow({ one }: { one: OfficePeriodFragment }) {
  const may = one.viewerMay.includes(one.locked ? "unlockPeriod" : "lockPeriod");
  return (
    <tr>
      <th scope="row">{one.name}</th>
      <td>{day(one.startsOn, { day: "numeric", month: "short" })}</td>
      <td>{day(one.endsOn, { day: "numeric", month: "short" })}</td>
      <td>
        {one.locked ? t("locked") : t("open")}
        {one.openUntil && <small> {t("grace_until", { day: day(one.openUntil, { day: "numeric", month: "short" }) })}</small>}{" "}
        {may && <Turn key={one.version} period={one} />}
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
