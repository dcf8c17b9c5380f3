/** How many notices are not read: counted on as the feed tells of one, and again after some are. */
import type { Cache } from "@urql/exchange-graphcache";
import { useEffect, useSyncExternalStore } from "react";
import { useData } from "./epoch";
import { BellDocument } from "./generated/graphql";

const known = new Set<string>();
let rung = 0;
let marked = 0;
const listeners = new Set<() => void>();

function changed(): void {
  for (const listener of listeners) listener();
}

/** The feed has told of a notice. */
export function ring(cache: Cache, notice: string): void {
  if (known.has(notice)) return;
  known.add(notice);
  cache.updateQuery({ query: BellDocument }, (data) =>
    data?.viewer ? { ...data, viewer: { ...data.viewer, unreadNotices: data.viewer.unreadNotices + 1 } } : data,
  );
  rung += 1;
  changed();
}

/** Some were read, or hidden. */
export function recount(): void {
  marked += 1;
  changed();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Grows when there are new notices. */
export const useRung = (): number => useSyncExternalStore(subscribe, () => rung);

export function useUnread(): number {
  const now = useSyncExternalStore(subscribe, () => marked);
  const { data, ask } = useData(BellDocument, {});
  useEffect(() => {
    if (now > 0) ask({ requestPolicy: "network-only" });
  }, [now, ask]);
  return data?.viewer?.unreadNotices ?? 0;
}
