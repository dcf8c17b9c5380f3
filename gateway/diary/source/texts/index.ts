/** What the page says, in the language of its reader. */
import { en } from "./en";

export type Key = keyof typeof en;
export type Catalogue = Record<Key, string>;

export const languages = { en: "English", ru: "Русский" } as const;
export type Language = keyof typeof languages;

const KEPT = "gradebook:language";
const catalogues: Record<Language, () => Promise<Catalogue>> = {
  en: async () => en,
  ru: async () => (await import("./ru")).ru,
};

let spoken: Language = "en";
let texts: Catalogue = en;
const listeners = new Set<() => void>();

/** The language chosen here, or else the first of the browser's that there is. */
function wanted(): Language {
  const asked = [localStorage.getItem(KEPT) ?? "", ...navigator.languages];
  const found = asked.map((tag) => tag.slice(0, 2)).find((tag) => tag in languages);
  return (found as Language | undefined) ?? "en";
}

export async function begin(): Promise<void> {
  await speak(wanted());
}

export async function choose(language: Language): Promise<void> {
  localStorage.setItem(KEPT, language);
  await speak(language);
}

async function speak(language: Language): Promise<void> {
  texts = await catalogues[language]();
  spoken = language;
  document.documentElement.lang = language;
  for (const listener of listeners) listener();
}

export const language = (): Language => spoken;

export function onLanguage(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

type Filled = Record<string, string | number>;

const fill = (text: string, filled: Filled): string =>
  text.replace(/\{(\w+)\}/g, (_, name: string) => String(filled[name] ?? ""));

/** The text, with what stands in braces filled in. */
export const t = (key: Key, filled: Filled = {}): string => fill(texts[key], filled);

/** A text of codes: `word("because", "ILLNESS")` is `because_ILLNESS`. */
export function word(family: string, code: string): string {
  const key = `${family}_${code}`;
  return key in texts ? texts[key as Key] : code;
}

/** `t` and `word` of texts that only some screens need, and that are loaded with these. */
export function textsOf<Known extends string>(of: Record<Language, Record<Known, string>>) {
  const known: () => Record<string, string> = () => of[spoken];
  return {
    t: (key: Known, filled: Filled = {}): string => fill(of[spoken][key], filled),
    word: (family: string, code: string): string => known()[`${family}_${code}`] ?? code,
  };
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** A format of times, each made once: to make one takes longer than to write a hundred dates. */
function format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = spoken + JSON.stringify(options);
  let found = formats.get(key);
  if (!found) formats.set(key, (found = new Intl.DateTimeFormat(spoken, options)));
  return found;
}

/** Days are written YYYY-MM-DD and have no time zone. */
export function day(date: string, options: Intl.DateTimeFormatOptions): string {
  return format({ ...options, timeZone: "UTC" }).format(new Date(`${date}T00:00:00Z`));
}

/** The days from one to another; one day where they are the same. */
export function span(from: string, to: string, options: Intl.DateTimeFormatOptions): string {
  return from === to ? day(from, options) : `${day(from, options)} – ${day(to, options)}`;
}

export function clock(instant: string | number, timeZone?: string): string {
  return format({ hour: "2-digit", minute: "2-digit", timeZone }).format(new Date(instant));
}

export function moment(instant: string, timeZone?: string): string {
  return format({ dateStyle: "medium", timeStyle: "short", timeZone }).format(new Date(instant));
}

/** A number as the gateway writes it, to two places. */
export function number(value: string | null | undefined): string {
  if (value === null || value === undefined) return "";
  return new Intl.NumberFormat(spoken, { maximumFractionDigits: 2 }).format(Number(value));
}
