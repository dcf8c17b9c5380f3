/** Keeps what is typed after a pause, and when the page is left; one after the other. */
import { useEffect, useState } from "react";

const PAUSE = 600;

export function useDraft<Begun>(keep: (begun: Begun) => Promise<unknown>) {
  const [draft] = useState(() => {
    let begun: { of: Begun } | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let kept: Promise<unknown> = Promise.resolve();

    function keepNow(): void {
      clearTimeout(timer);
      if (!begun) return;
      const { of } = begun;
      begun = undefined;
      kept = kept.then(() => keep(of));
    }

    return {
      keep: keepNow,
      type(of: Begun): void {
        begun = { of };
        clearTimeout(timer);
        timer = setTimeout(keepNow, PAUSE);
      },
      /** Forgets what is not kept yet, as it is sent, and waits for what is on its way. */
      settled(): Promise<unknown> {
        clearTimeout(timer);
        begun = undefined;
        return kept;
      },
    };
  });
  useEffect(() => {
    document.addEventListener("visibilitychange", draft.keep);
    return () => {
      document.removeEventListener("visibilitychange", draft.keep);
      draft.keep();
    };
  }, [draft]);
  return draft;
}
