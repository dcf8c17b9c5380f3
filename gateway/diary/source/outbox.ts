/** What was entered and is still to be sent: in order, each once, also after the network was away.
 *
 * Each entry has an idempotency key of its own, so that one whose answer was lost is not done twice.
 * What waits is kept on the device until the gateway has answered. */
import type { AnyVariables, Client, OperationResult, TypedDocumentNode } from "@urql/core";
import { useSyncExternalStore } from "react";
import { onConnection, connection } from "./connection";
import { OUTBOX, keptFor } from "./gateway";

export interface Refusal {
  code: string;
  message: string;
  /** Where in the input the fault is, where the document asks for it. */
  path?: readonly string[];
  /** The field of the form that the path names, and that says so itself. */
  field?: string;
  /** Of many lines that were typed, the one that is at fault, as the page calls it. */
  line?: string;
}

/** A mutation whose payload has errors, whatever else is in it. */
export type AnyMutation = TypedDocumentNode<object, AnyVariables>;

/** Why a mutation was not done; undefined where it was. */
export function refusalOf({ data, error }: OperationResult<object>): Refusal | undefined {
  const payload = payloadOf(data);
  if (payload) return payload.errors[0];
  const failure = error?.graphQLErrors[0];
  const code = error?.networkError ? "NO_NETWORK" : String(failure?.extensions?.code ?? "INTERNAL");
  return { code, message: failure?.message ?? "" };
}

function payloadOf(data: object | null | undefined): Payload | undefined {
  const fields: unknown[] = Object.values(data ?? {});
  return fields.find((one): one is Payload => typeof one === "object" && one !== null);
}

export interface Entry {
  key: string;
  /** The name of the operation: its document is found by it after a reload. */
  operation: string;
  input: Record<string, unknown>;
  /** What it changes, for the screen that shows it: `grade:STUDENT:LESSON:…`. */
  of: string;
  /** What the screen shows there meanwhile. */
  shows: string;
  at: number;
  /** The key of an entry of the same place, still to be answered, whose record this one changes. */
  after?: string;
  /** Whether it was sent and may have arrived. */
  tried?: boolean;
  /** Whether it stays where it was entered once it is refused; else the form that waits says so. */
  stays?: boolean;
  refused?: Refusal;
  /** How often the gateway has answered that it could not do it. */
  failed?: number;
  /** What it said last, once others are held up no longer. */
  failing?: Refusal;
}

/** What an entry becomes when the one that it is `after` is answered; null where nothing is left to
 * do. */
export type Following = (next: Entry, first: Entry, answer: Payload) => Entry | null;

export type Payload = { errors: Refusal[] } & Record<string, unknown>;
const RETRY = 4_000;
/** After how many failures an entry holds up only what is entered at its own place. */
const TRIES = 3;
const PAUSE = 1_000;
const LONGEST_PAUSE = 300_000;
/** Codes of what may be done if it is sent again. */
const AGAIN = ["INTERNAL", "TIMEOUT", "RATE_LIMITED", "UNAUTHENTICATED"];
/** Of these, codes that are about the entry itself, and not about all that is sent. */
const FAILED = ["INTERNAL", "TIMEOUT"];

let client: Client | undefined;
let login = "";
let documents: Record<string, TypedDocumentNode<never, never>> = {};
let following: Following = (next) => next;
let entries: readonly Entry[] = [];
let newest = 0;
let sending = false;
let inFlight: string | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();
/** When those that hold up no others are to be sent again. */
const due = new Map<string, number>();
const waiting = new Map<string, (payload: Payload | null) => void>();

/** Each entry stands for itself, so that pages of one browser do not take each other's away. */
const place = (key = "") => `${OUTBOX}${login}:${key}`;

function set(next: readonly Entry[]): void {
  const [before, now] = [new Set(entries), new Set(next)];
  for (const one of entries) if (!now.has(one)) localStorage.removeItem(place(one.key));
  entries = next;
  try {
    for (const one of next) if (!before.has(one)) localStorage.setItem(place(one.key), JSON.stringify(one));
  } catch {
    // The device keeps no more: what is entered waits as long as the page is open.
  }
  for (const listener of listeners) listener();
}

function left(): Entry[] {
  const keys = Object.keys(localStorage).filter((key) => key.startsWith(place()));
  return keys.map((key) => JSON.parse(localStorage.getItem(key)!) as Entry).sort((one, other) => one.at - other.at);
}

/** Goes on with what was left when the page was closed. */
export function open(with_: Client, known: Record<string, TypedDocumentNode<never, never>>, follow: Following): void {
  client = with_;
  documents = known;
  following = follow;
  login = keptFor() ?? "";
  entries = left();
  for (const listener of listeners) listener();
  void flush();
}

/** Sends nothing more until somebody has signed in again. */
export function close(): void {
  client = undefined;
  clearTimeout(timer);
}

onConnection(() => {
  if (connection().online) void flush();
});

/** A key that no other entry has, also where the page is not secure and `randomUUID` is missing. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Enters it; resolves with the gateway's payload, or null where it was taken back. Where it is
 * `after` another, it changes the record of that. */
export function enter(
  operation: string,
  input: Record<string, unknown>,
  of: string,
  shows: string,
  { key = newKey(), ...more }: Partial<Pick<Entry, "key" | "after" | "stays">> = {},
): Promise<Payload | null> {
  const answered = new Promise<Payload | null>((resolve) => waiting.set(key, resolve));
  putBack({ key, operation, input: { ...input, idempotencyKey: key }, of, shows, at: 0, ...more });
  return answered;
}

/** The last entry of a place that is neither answered nor refused. */
export const lastAt = (of: string): Entry | undefined => entries.findLast((one) => one.of === of && !one.refused);

/** How many wait. */
export const unsentCount = (): number => entries.filter(({ refused }) => !refused).length;

export const entryOf = (key: string): Entry | undefined => entries.find((one) => one.key === key);

/** Whether an entry was not sent yet, so that it can be taken back as if it had never been. */
export const isUnsent = ({ key, tried, refused }: Entry): boolean => !tried && !refused && key !== inFlight;

/** Takes an entry out that was not sent; it may be put back. */
export function setAside(entry: Entry): void {
  set(entries.filter(({ key }) => key !== entry.key));
}

export function putBack(entry: Entry): void {
  newest = Math.max(Date.now(), newest + 1); // entries of one moment keep their order
  set([...entries, { ...entry, at: newest }]);
  void flush();
}

/** Forgets an entry that waits or was refused. */
export function drop(key: string): void {
  set(entries.filter((one) => one.key !== key));
  tell(key, null);
}

/** Sends an entry that fails again, without waiting. */
export function sendAgain(key: string): void {
  due.delete(key);
  void flush();
}

/** Forgets an entry that fails, and what would change what it was to make. */
export function giveUp({ key }: Entry): void {
  for (const one of entries.filter(({ after }) => after === key)) giveUp(one);
  drop(key);
}

/** Forgets what was refused at a place, as it is entered again. */
export function dropRefused(of: string): void {
  for (const { key } of entries.filter((one) => one.of === of && one.refused)) drop(key);
}

/** Sends what waits, one after the other, until the network fails. */
async function flush(): Promise<void> {
  if (sending || !client) return;
  sending = true;
  clearTimeout(timer);
  try {
    for (let next = unsent(); next; next = unsent()) {
      const again = await send(next);
      if (again) return sendLater(again);
    }
    const moments = entries.flatMap(({ key, refused }) => (refused ? [] : (due.get(key) ?? [])));
    if (moments.length > 0) sendLater(Math.min(...moments) - Date.now());
  } finally {
    sending = false;
  }
}

function sendLater(pause: number): void {
  timer = setTimeout(() => void flush(), Math.max(pause, 0));
}

/** The first that may be sent now: what is entered at a place waits for what was entered there before. */
function unsent(): Entry | undefined {
  const held = new Set<string>();
  for (const one of entries) {
    if (one.refused) continue;
    if (!held.has(one.of) && (due.get(one.key) ?? 0) <= Date.now()) return one;
    held.add(one.of);
  }
  return undefined;
}

/** After how long it is to be sent again, with the same key, before any other; undefined where others
 * may be sent. */
async function send(entry: Entry): Promise<number | undefined> {
  const document = documents[entry.operation];
  if (!client || !document || !navigator.onLine) return RETRY;
  inFlight = entry.key;
  const result = await client.mutation(document, { input: entry.input } as never).toPromise();
  inFlight = undefined;
  const payload = payloadOf(result.data);
  const refused = refusalOf(result);
  if (result.error?.networkError || (!payload && AGAIN.includes(refused?.code ?? ""))) return postpone(entry, refused!);
  due.delete(entry.key);
  answer(entry, payload ?? { errors: refused ? [refused] : [] });
  return undefined;
}

function postpone(entry: Entry, refused: Refusal): number | undefined {
  const isFailure = FAILED.includes(refused.code);
  const failed = (entry.failed ?? 0) + (isFailure ? 1 : 0);
  const isLet = isFailure && failed >= TRIES;
  const change: Partial<Entry> = { tried: true, failed, ...(isLet && { failing: refused }) };
  set(entries.map((one) => (one.key === entry.key ? { ...one, ...change } : one)));
  if (!isFailure) return RETRY;
  const pause = Math.min(PAUSE * 3 ** (failed - 1), LONGEST_PAUSE);
  if (!isLet) return pause;
  due.set(entry.key, Date.now() + pause);
  return undefined;
}

/** Tells who entered it, and those entries that change what it made. A refused one stays in sight where
 * nobody waits any more to say so, unless another was entered in its place. */
function answer(entry: Entry, payload: Payload): void {
  const [refused] = payload.errors;
  const isFollowed = entries.some(({ after }) => after === entry.key);
  const becomes = (one: Entry): Entry | null => {
    if (one.after === entry.key) return following(one, entry, payload);
    if (one.key !== entry.key) return one;
    return refused && !isFollowed && (one.stays || !waiting.has(one.key)) ? { ...one, refused } : null;
  };
  const before = entries;
  set(entries.flatMap((one) => becomes(one) ?? []));
  tell(entry.key, payload);
  for (const { key } of before) if (!entryOf(key)) tell(key, null);
}

function tell(key: string, payload: Payload | null): void {
  waiting.get(key)?.(payload);
  waiting.delete(key);
}

export const useOutbox = (): readonly Entry[] =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => entries,
  );
