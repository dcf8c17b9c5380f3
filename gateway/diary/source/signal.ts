/** Something that happens now and then, after which what is shown of it is asked for again. */
import { useEffect, useSyncExternalStore } from "react";

export function signal() {
  let times = 0;
  const listeners = new Set<() => void>();

  function subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  return {
    /** It has happened. */
    give(): void {
      times += 1;
      for (const listener of listeners) listener();
    },
    /** Asks again whenever it happens, also where it did before the screen was opened. */
    useAgain(again: () => void): void {
      const now = useSyncExternalStore(subscribe, () => times);
      useEffect(() => {
        if (now > 0) again();
      }, [now, again]);
    },
  };
}
