/** A time in which the feed tells every change: what was asked for in it need not be asked again. */
import { stringifyVariables } from "@urql/core";
import { useCallback, useEffect, useRef, useSyncExternalStore } from "react";
import { type AnyVariables, type RequestPolicy, type TypedDocumentNode, useQuery } from "urql";
import { useConnection } from "./connection";

const GATHERED = 300;
let epoch = 0;
let pending: ReturnType<typeof setTimeout> | undefined;
const asked = new Map<string, number>();
const listeners = new Set<() => void>();

export function nextEpoch(): void {
  epoch += 1;
  for (const listener of listeners) listener();
}

/** All that is shown is asked for again, as the feed has told of something that no list shows. */
export function needsAll(): void {
  clearTimeout(pending);
  pending = setTimeout(nextEpoch, GATHERED);
}

function onEpoch(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useEpoch = (): number => useSyncExternalStore(onEpoch, () => epoch);

/** What the cache has, at once; and what the gateway says, where the feed may have missed it. `again`
 * asks the gateway in any case. */
export function useData<Data, Variables extends AnyVariables>(
  query: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  pause = false,
) {
  const now = useEpoch();
  const { online } = useConnection();
  const [first] = query.definitions;
  const name = `${first && "name" in first ? first.name?.value : ""} ${stringifyVariables(variables ?? {})}`;
  const begun = useRef<{ name: string; epoch: number; requestPolicy: RequestPolicy }>(null);
  if (begun.current?.name !== name) {
    const known = asked.get(name) === now;
    const requestPolicy = known ? "cache-first" : "cache-and-network";
    begun.current = { name, epoch: now, requestPolicy };
  }
  const [{ data, error, fetching, stale }, ask] = useQuery<Data, Variables>({
    query,
    variables,
    pause,
    requestPolicy: begun.current.requestPolicy,
  });
  useEffect(() => {
    if (pause || !begun.current) return;
    if (online) asked.set(name, now);
    else asked.delete(name); // it may not have been answered, and is asked when it is shown again
    if (begun.current.epoch === now) return;
    begun.current.epoch = now;
    ask({ requestPolicy: "network-only" });
  }, [now, name, online, pause, ask]);
  const again = useCallback(() => ask({ requestPolicy: "network-only" }), [ask]);
  return { data, error, waiting: fetching && !data, stale: stale || (fetching && Boolean(data)), again };
}
