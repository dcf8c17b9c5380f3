/** Messages that come and are read: what is shown of them is asked for again. */
import { useEffect, useSyncExternalStore } from "react";
import { useData } from "./epoch";
import { UnreadMessagesDocument } from "./generated/graphql";

let changes = 0;
const listeners = new Set<() => void>();

/** The feed has told of a message, or this page has sent, read or muted something. */
export function postChanged(): void {
  changes += 1;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Asks again whenever something has changed, also where that was before the screen was opened. */
export function useNewPost(ask: (options: { requestPolicy: "network-only" }) => void): void {
  const now = useSyncExternalStore(subscribe, () => changes);
  useEffect(() => {
    if (now > 0) ask({ requestPolicy: "network-only" });
  }, [now, ask]);
}

export function useUnreadMessages(): number {
  const { data, ask } = useData(UnreadMessagesDocument, {});
  useNewPost(ask);
  return (data?.viewer?.schools ?? []).reduce((sum, one) => sum + one.unreadMessages, 0);
}
