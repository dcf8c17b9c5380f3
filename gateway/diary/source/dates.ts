/** Days of the calendar, written YYYY-MM-DD as the gateway writes them. */
const DAY = 86_400_000;

const instant = (date: string) => Date.parse(`${date}T00:00:00Z`);
const written = (at: number) => new Date(at).toISOString().slice(0, 10);

export const addDays = (date: string, days: number): string => written(instant(date) + days * DAY);

/** The Monday of the day's week. */
export function monday(date: string): string {
  return addDays(date, -((new Date(instant(date)).getUTCDay() + 6) % 7));
}

export function days(from: string, to: string): string[] {
  const found: string[] = [];
  for (let at = instant(from); at <= instant(to); at += DAY) found.push(written(at));
  return found;
}

export const firstOfMonth = (date: string): string => `${date.slice(0, 8)}01`;

export function lastOfMonth(date: string): string {
  const [year, month] = date.split("-").map(Number) as [number, number];
  return written(Date.UTC(year, month, 0));
}

/** The weeks that the month has days in, each of its seven days. */
export function weeksOf(month: string): string[][] {
  const found: string[][] = [];
  for (let week = monday(month); week <= lastOfMonth(month); week = addDays(week, 7)) found.push(days(week, addDays(week, 6)));
  return found;
}

/** Of years in the order of their days, that which has begun last on the day; before all, the first. */
export function yearOn<Year extends { startsOn: string }>(years: readonly Year[], date: string): Year | undefined {
  return years.findLast(({ startsOn }) => startsOn <= date) ?? years[0];
}

/** Whether it is a day of the calendar, near enough that its weeks and months are such too. */
export const isDay = (text: string | null): text is string =>
  text !== null && /^[12]\d{3}-\d\d-\d\d$/.test(text) && !Number.isNaN(instant(text)) && written(instant(text)) === text;

/** The instant of a time of day, YYYY-MM-DDTHH:MM, as clocks of the time zone show it. */
export function instantIn(timeZone: string, local: string): string {
  const wanted = Date.parse(`${local}Z`);
  const options = { dateStyle: "short", timeStyle: "medium", timeZone } as const;
  const shown = (at: number) => Date.parse(`${new Intl.DateTimeFormat("sv", options).format(at).replace(" ", "T")}Z`);
  // Twice, as the clocks may have been changed between the first guess and the instant itself.
  const guess = wanted - (shown(wanted) - wanted);
  return new Date(guess - (shown(guess) - wanted)).toISOString();
}

/** The time of day of an instant as clocks of the time zone show it, YYYY-MM-DDTHH:MM. */
export function localIn(timeZone: string, instant: string): string {
  const options = { dateStyle: "short", timeStyle: "short", timeZone } as const;
  return new Intl.DateTimeFormat("sv", options).format(new Date(instant)).replace(" ", "T");
}
