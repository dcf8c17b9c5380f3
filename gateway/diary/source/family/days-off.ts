/** Days off and holidays, of the school and of its class groups. */
import type { Pupil } from "./students";

interface DayOff {
  startsOn: string;
  endsOn: string;
  active: boolean;
  classGroup?: { id: string } | null;
}

/** Those that a student has: of the school and of their class groups, unless put away. */
export function daysOffOf<One extends DayOff>(pupil: Pupil, daysOff: readonly One[]): One[] {
  const classes = new Set(pupil.classGroups.map(({ id }) => id));
  return daysOff.filter(({ active, classGroup }) => active && (!classGroup || classes.has(classGroup.id)));
}

/** Those of which at least a day is between two days. */
export const daysOffWithin = <One extends DayOff>(daysOff: readonly One[], from: string, to: string): One[] =>
  daysOff.filter(({ startsOn, endsOn }) => startsOn <= to && endsOn >= from);
