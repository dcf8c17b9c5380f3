/** The hours of the week of a course: which hold, in which order, and what is told of them. */
import type { HourInSetupFragment } from "../../generated/graphql";
import { WEEK, s } from "../../texts/setup";

/** Those that hold on a day, or will. */
export const holds = (today: string) => ({ active, endsOn }: HourInSetupFragment): boolean => active && (endsOn === null || endsOn >= today);

export const inOrder = (one: HourInSetupFragment, other: HourInSetupFragment): number =>
  WEEK.indexOf(one.weekDay) - WEEK.indexOf(other.weekDay) || one.slot - other.slot || one.startsOn.localeCompare(other.startsOn);

/** Where it is, in which week, and who holds it, where that is not as usual. */
export const toldHour = ({ week, shift, location, teacher }: HourInSetupFragment): string =>
  [week && `${s("week")} ${week}`, shift > 1 && s("shift_number", { number: shift }), location?.name, teacher?.displayName].filter(Boolean).join(", ");
