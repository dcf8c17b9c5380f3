/** How many notices are not read: counted on as the feed tells of one, and again after some are. */
import type { Cache } from "@urql/exchange-graphcache";
import { useData } from "./epoch";
import { BellDocument } from "./generated/graphql";
import { signal } from "./signal";

const known = new Set<string>();
const rung = signal();
const marked = signal();

/** The feed has told of a notice. */
export function ring(cache: Cache, notice: string): void {
  if (known.has(notice)) return;
  known.add(notice);
  cache.updateQuery({ query: BellDocument }, (data) =>
    data?.viewer ? { ...data, viewer: { ...data.viewer, unreadNotices: data.viewer.unreadNotices + 1 } } : data,
  );
  rung.give();
}

/** Asks again when there are new notices. */
export const useNewNotices = rung.useAgain;

/** Some were read, or hidden. */
export const recount = marked.give;

export function useUnread(): number {
  const { data, again } = useData(BellDocument, {});
  marked.useAgain(again);
  return data?.viewer?.unreadNotices ?? 0;
}
