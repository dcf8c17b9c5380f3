/** The gateway's clock, by which time limits run: that of this device may be wrong. */
import { useEffect, useState } from "react";

const SECOND = 1_000;
let ahead = 0;

/** Every answer of the gateway says when it was given. */
export function heard(answer: Response): void {
  const at = Date.parse(answer.headers.get("Date") ?? "");
  if (!Number.isNaN(at)) ahead = at - Date.now();
}

export const now = (): number => Date.now() + ahead;

/** Whole seconds until the instant, counted down; 0 when it has come. */
export function useSecondsUntil(instant: string): number {
  const until = Date.parse(instant);
  const left = () => Math.max(0, Math.ceil((until - now()) / SECOND));
  const [, tick] = useState(0);
  const seconds = left();
  useEffect(() => {
    if (seconds === 0) return undefined;
    const timer = setTimeout(() => tick((before) => before + 1), SECOND);
    return () => clearTimeout(timer);
  });
  return seconds;
}
