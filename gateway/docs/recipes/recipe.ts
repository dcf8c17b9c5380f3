/** What each recipe does with its client. */
import type { Feed, Gateway } from "./gateway.ts";

export interface Span {
  student: string;
  from: string;
  to: string;
}

/** Whether something shares a day with a span, in whose list it belongs then. Days are compared as text. */
export const overlaps = (one: Pick<Span, "from" | "to">, { from, to }: Pick<Span, "from" | "to">): boolean =>
  one.from <= to && from <= one.to;

export interface Absence {
  id: string;
  state: string;
  text?: string | null;
  files: readonly { name: string }[];
}

export interface Shown {
  name: string;
  absences: readonly Absence[];
  /** Averages of periods: exact decimals, as strings. */
  averages: readonly string[];
}

export interface NewAbsence extends Span {
  text: string;
  files: string[];
}

export interface Recipe {
  /** A cursor, to be taken before anything is loaded. */
  begin(): Promise<string>;
  /** Loads what is shown, and shows it anew whenever the cache changes. */
  watch(span: Span, show: (shown: Shown) => void): () => void;
  /** Puts what the feed tells into the cache. */
  follow(after: string): () => void;
  /** Announces an absence once, however often it has to be sent; answers the codes of refusals. */
  announce(absence: NewAbsence): Promise<readonly string[]>;
}

export type Open = (gateway: Gateway, feed: Feed) => Recipe;
