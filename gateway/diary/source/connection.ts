/** Whether the gateway answers, and when it last did. */
import { useSyncExternalStore } from "react";

export interface Connection {
  online: boolean;
  /** Whether the feed is open, so that what is shown changes by itself. */
  live: boolean;
  /** When the gateway last answered, in milliseconds; null where it never did. */
  since: number | null;
}

const KEPT = "gradebook:answered";
let state: Connection = { online: navigator.onLine, live: false, since: Number(localStorage.getItem(KEPT)) || null };
const listeners = new Set<() => void>();

function change(next: Connection): void {
  const before = state;
  state = next;
  if (before.online !== next.online || before.live !== next.live) for (const listener of listeners) listener();
}

export function answered(): void {
  const since = Date.now();
  localStorage.setItem(KEPT, String(since));
  change({ ...state, online: true, since });
}

export function lost(): void {
  change({ ...state, online: false });
}

export function feeding(live: boolean): void {
  change({ ...state, live });
}

export const connection = (): Connection => state;

export function onConnection(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

addEventListener("offline", lost);
addEventListener("online", () => change({ ...state, online: true }));

export const useConnection = (): Connection => useSyncExternalStore(onConnection, connection);
