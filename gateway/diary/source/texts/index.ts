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

/** The language with the country of its reader, where the browser tells it: they write times otherwise. */
const locale = (): string => navigator.languages.find((tag) => tag.slice(0, 2) === spoken && isLocale(tag)) ?? spoken;

/** A browser may name its languages as its system does: `en-US@posix`. */
function isLocale(tag: string): boolean {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(tag).length > 0;
  } catch {
    return false;
  }
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** A format of times, each made once: to make one takes longer than to write a hundred dates. */
function format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = spoken + JSON.stringify(options);
  let found = formats.get(key);
  if (!found) formats.set(key, (found = new Intl.DateTimeFormat(locale(), options)));
  return found;
}

/** Days are written YYYY-MM-DD and have no time zone. */
const midnight = (date: string): Date => new Date(`${date}T00:00:00Z`);

export function day(date: string, options: Intl.DateTimeFormatOptions): string {
  return format({ ...options, timeZone: "UTC" }).format(midnight(date));
}

/** The days from one to another; one day where they are the same. */
export function span(from: string, to: string, options: Intl.DateTimeFormatOptions): string {
  return format({ ...options, timeZone: "UTC" }).formatRange(midnight(from), midnight(to));
}

export function clock(instant: string | number, timeZone?: string): string {
  return format({ timeStyle: "short", timeZone }).format(new Date(instant));
}

/** The times from one instant to another, with their days where those differ. */
export function clocks(from: string, to: string, timeZone?: string): string {
  return format({ hour: "numeric", minute: "2-digit", timeZone }).formatRange(new Date(from), new Date(to));
}

export function moment(instant: string | number, timeZone?: string): string {
  return format({ dateStyle: "medium", timeStyle: "short", timeZone }).format(new Date(instant));
}

export function moments(from: string, to: string, timeZone?: string): string {
  return format({ dateStyle: "medium", timeStyle: "short", timeZone }).formatRange(new Date(from), new Date(to));
}

/** A number as the gateway writes it, to two places. */
export function number(value: string | null | undefined, places = 0): string {
  if (value === null || value === undefined) return "";
  return new Intl.NumberFormat(locale(), { minimumFractionDigits: places, maximumFractionDigits: 2 }).format(Number(value));
}

/** An average, always to two places, so that they compare below each other. */
export const averaged = (value: string | null | undefined): string => number(value, 2);
