import { useAsked } from "../asked";
import { addDays } from "../dates";
import { t } from "../texts";

interface Period {
  id: string;
  name: string;
  kind: string;
  startsOn: string;
  endsOn: string;
}

export interface Span {
  from: string;
  to: string;
}

/** The spans of a period, each from the first day of a period in it that has no other in it: they
 * leave no day out. */
export function partsOf(whole: Period, periods: readonly Period[]): Span[] {
  const within = (one: Period, other: Period) => one.id !== other.id && other.startsOn <= one.startsOn && one.endsOn <= other.endsOn;
  const leaves = periods.filter((one) => within(one, whole) && !periods.some((other) => within(other, one)));
  const begins = [...new Set(leaves.map(({ startsOn }) => startsOn))].sort().slice(1);
  const ends = begins.map((date) => addDays(date, -1));
  return [whole.startsOn, ...begins].map((from, place) => ({ from, to: ends[place] ?? whole.endsOn }));
}

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
