import { useAsked } from "../asked";
import { t } from "../texts";

interface Period {
  id: string;
  name: string;
  kind: string;
  startsOn: string;
  endsOn: string;
}

/** Whether there are other periods in it, as in a year: it is long. */
export function isWhole(whole: Period, periods: readonly Period[]): boolean {
  return periods.some(({ id, startsOn, endsOn }) => id !== whole.id && whole.startsOn <= startsOn && endsOn <= whole.endsOn);
}

/** Whether teachers write nothing more in it: it is locked, and its days of grace are over. */
export const isClosed = ({ locked, openUntil }: { locked: boolean; openUntil: string | null }, today: string): boolean =>
  locked && (openUntil === null || openUntil < today);

/** The asked period, or the one of today, or the last one that has begun. */
export function currentPeriod<P extends Period>(school: { today: string; periods: P[] } | null | undefined, asked: string | null): P | undefined {
  const periods = school?.periods ?? [];
  const parts = periods.filter(({ kind }) => kind !== "YEAR");
  const today = school?.today ?? "";
  return (
    periods.find(({ id }) => id === asked) ??
    parts.find(({ startsOn, endsOn }) => startsOn <= today && today <= endsOn) ??
    parts.findLast(({ startsOn }) => startsOn <= today) ??
    periods[0]
  );
}

export function PeriodPicker({ periods, chosen }: { periods: readonly Period[]; chosen: string }) {
  const [, ask] = useAsked();
  return (
    <div className="choices no-print" role="group" aria-label={t("period")}>
      {periods.map(({ id, name }) => (
        <button key={id} type="button" aria-pressed={id === chosen} onClick={() => ask({ period: id })}>{name}</button>
      ))}
    </div>
  );
}
