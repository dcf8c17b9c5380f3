export interface Days {
  from: string;
  to: string;
}

/** The days from Monday to Sunday around a day, where the reader is, as `YYYY-MM-DD`. */
export function week(today: Date): Days {
  return weeks(today, 1);
}

/** The days of so many weeks, of which the last is the week around a day. */
export function weeks(today: Date, count: number): Days {
  const sinceMonday = (today.getDay() + 6) % 7;
  return { from: day(today, -sinceMonday - 7 * (count - 1)), to: day(today, 6 - sinceMonday) };
}

function day(today: Date, offset: number): string {
  const date = new Date(today.getFullYear(), today.getMonth(), today.getDate() + offset, 12);
  return date.toISOString().slice(0, 10);
}
