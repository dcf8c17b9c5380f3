/** The periods of the year, and closing and opening them. */
import { useState } from "react";
import type { OfficePeriodFragment } from "../generated/graphql";
import { type Refusal, enter } from "../outbox";
import type { Viewer } from "../session";
import { day, t } from "../texts";
import { Problem, Waiting, refusalText } from "../ui/notices";
import { Scroll } from "../ui/scroll";
import { useSchool } from "./school";

export default function Periods({ viewer }: { viewer: Viewer }) {
  const { school, error, waiting } = useSchool(viewer);
  const [refusal, setRefusal] = useState<Refusal>();
  if (waiting) return <Waiting />;
  if (!school) return <Problem error={error} />;

  async function turn(period: OfficePeriodFragment) {
    const operation = period.locked ? "UnlockPeriod" : "LockPeriod";
    const input = { id: period.id, expectedVersion: period.version, reason: t("reason_period") };
    const payload = await enter(operation, input, `period:${period.id}`, "");
    setRefusal(payload?.errors[0]);
  }

  return (
    <>
      <h1>{t("nav_periods")} <small>{school.name}</small></h1>
      {refusal && <p role="alert" className="problem">{refusalText(refusal)}</p>}
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
            {school.periods.map((one) => (
              <tr key={one.id}>
                <th scope="row">{one.name}</th>
                <td>{day(one.startsOn, { day: "numeric", month: "short" })}</td>
                <td>{day(one.endsOn, { day: "numeric", month: "short" })}</td>
                <td>
                  {one.locked ? t("locked") : t("open")}{" "}
                  {(one.viewerMay.includes("lockPeriod") || one.viewerMay.includes("unlockPeriod")) && (
                    <button type="button" aria-label={`${one.locked ? t("unlock") : t("lock")}: ${one.name}`} onClick={() => void turn(one)}>
                      {one.locked ? t("unlock") : t("lock")}
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}
