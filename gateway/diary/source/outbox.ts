/** What was entered and is still to be sent: in order, each once, also after the network was away.
 *
 * Each entry has an idempotency key of its own, so that one whose answer was lost is not done twice.
 * What waits is kept on the device until the gateway has answered. */
import type { AnyVariables, Client, OperationResult, TypedDocumentNode } from "@urql/core";
import { useSyncExternalStore } from "react";
import { onConnection, connection } from "./connection";
import { keptFor } from "./gateway";

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
  refused?: Refusal;
}

export type Payload = { errors: Refusal[] } & Record<string, unknown>;
const KEPT = "gradebook:outbox:";
const RETRY = 4_000;
/** Codes of what may be done if it is sent again. */
const AGAIN = ["INTERNAL", "TIMEOUT", "RATE_LIMITED"];

let client: Client | undefined;
let documents: Record<string, TypedDocumentNode<never, never>> = {};
let entries: readonly Entry[] = [];
let sending = false;
let inFlight: string | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();
const waiting = new Map<string, (payload: Payload | null) => void>();

const place = () => KEPT + (keptFor() ?? "");

function set(next: readonly Entry[]): void {
  entries = next;
  localStorage.setItem(place(), JSON.stringify(next));
  for (const listener of listeners) listener();
}

/** Goes on with what was left when the page was closed. */
export function open(with_: Client, known: Record<string, TypedDocumentNode<never, never>>): void {
  client = with_;
  documents = known;
  const left = localStorage.getItem(place());
  entries = left ? (JSON.parse(left) as Entry[]) : [];
  for (const listener of listeners) listener();
  void flush();
}

onConnection(() => {
  if (connection().online) void flush();
});

/** A key that no other entry has, also where the page is not secure and `randomUUID` is missing. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Enters it; resolves with the gateway's payload, or null where it was taken back. */
export function enter(
  operation: string,
  input: Record<string, unknown>,
  of: string,
  shows: string,
  key: string = newKey(),
): Promise<Payload | null> {
  const entry = { key, operation, input: { ...input, idempotencyKey: key }, of, shows, at: Date.now() };
  set([...entries, entry]);
  const answered = new Promise<Payload | null>((resolve) => waiting.set(key, resolve));
  void flush();
  return answered;
}

/** What waits of a place and has not been sent yet, so that it can still be taken back. */
export const waitingOf = (of: string): Entry | undefined =>
  entries.findLast((one) => one.of === of && !one.refused && one.key !== inFlight);

/** Resolves when nothing of the place is on its way. */
export async function arrived(of: string): Promise<void> {
  while (entries.some((one) => one.of === of && one.key === inFlight)) {
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** Forgets an entry that waits or was refused. */
export function drop(key: string): void {
  set(entries.filter((one) => one.key !== key));
  waiting.get(key)?.(null);
  waiting.delete(key);
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
      if (await send(next)) continue;
      timer = setTimeout(() => void flush(), RETRY);
      return;
    }
  } finally {
    sending = false;
  }
}

const unsent = () => entries.find(({ refused }) => !refused);

/** False where the network failed: the entry is sent again, with the same key. */
async function send(entry: Entry): Promise<boolean> {
  const document = documents[entry.operation];
  if (!client || !document) return false;
  inFlight = entry.key;
  const result = await client.mutation(document, { input: entry.input } as never).toPromise();
  inFlight = undefined;
  if (result.error?.networkError) return false;
  const payload = payloadOf(result.data);
  const refused = refusalOf(result);
  if (!payload && result.error?.graphQLErrors.length && AGAIN.includes(refused?.code ?? "")) return false;
  if (refused) set(entries.map((one) => (one.key === entry.key ? { ...one, refused } : one)));
  else set(entries.filter(({ key }) => key !== entry.key));
  waiting.get(entry.key)?.(payload ?? { errors: refused ? [refused] : [] });
  waiting.delete(entry.key);
  return true;
}

export const useOutbox = (): readonly Entry[] =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => entries,
  );
