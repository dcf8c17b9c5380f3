/** What the feed does not tell: that rights have come or ended, and that another day has begun. */
import { useEffect } from "react";
import type { Client } from "urql";
import { nextEpoch } from "./epoch";
import { MeDocument } from "./generated/graphql";

const PAUSE = 120_000;
const USE = ["pointerdown", "keydown", "visibilitychange"] as const;

/** Asks now and then who is signed in, while somebody uses the page: a session that nobody uses is to
 * end. Where the answer is another than before, all that is shown is asked for again. */
export function useRights(client: Client, login: string | undefined): void {
  useEffect(() => {
    if (!login) return undefined;
    let asked = Date.now();
    const ask = (requestPolicy: "cache-only" | "network-only") => client.query(MeDocument, {}, { requestPolicy }).toPromise();

    async function look(): Promise<void> {
      if (document.visibilityState === "hidden" || Date.now() - asked < PAUSE) return;
      asked = Date.now();
      const before = JSON.stringify((await ask("cache-only")).data);
      const { data } = await ask("network-only");
      if (data && JSON.stringify(data) !== before) nextEpoch();
    }

    const onUse = () => void look();
    for (const name of USE) document.addEventListener(name, onUse, true);
    return () => {
      for (const name of USE) document.removeEventListener(name, onUse, true);
    };
  }, [client, login]);
}
