/** The days from Monday to Sunday around a day, where the reader is, as `YYYY-MM-DD`. */
export function week(today: Date): { from: string; to: string } {
  const sinceMonday = (today.getDay() + 6) % 7;
  return { from: day(today, -sinceMonday), to: day(today, 6 - sinceMonday) };
}

function day(today: Date, offset: number): string {
  const date = new Date(today.getFullYear(), today.getMonth(), today.getDate() + offset, 12);
  return date.toISOString().slice(0, 10);
}
