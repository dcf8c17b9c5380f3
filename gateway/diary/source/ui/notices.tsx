import type { CombinedError } from "urql";
import { clock, language, t, word } from "../texts";
import { useConnection } from "../connection";
import { type Refusal, useOutbox } from "../outbox";

export function Waiting() {
  return (
    <p role="status" className="notice">
      {t("waiting")}
    </p>
  );
}

export function Problem({ error }: { error?: CombinedError }) {
  if (!error) return <p role="alert" className="notice problem">{t("nothing_here")}</p>;
  const code = String(error.graphQLErrors[0]?.extensions.code ?? "");
  return (
    <p role="alert" className="notice problem">
      {error.networkError ? t("error_NO_NETWORK") : code ? word("error", code) : error.message}
    </p>
  );
}

/** Says since when nothing new has come, and what is still to be sent. */
export function ConnectionNotice() {
  const { online, since } = useConnection();
  const entries = useOutbox();
  const unsent = entries.filter(({ refused }) => !refused).length;
  if (online && unsent === 0) return null;
  return (
    <p role="status" className="banner">
      {!online && (since ? t("offline_since", { time: clock(since) }) : t("error_NO_NETWORK"))}{" "}
      {unsent > 0 && t("unsent", { count: unsent })}
    </p>
  );
}

/** Says why something was not done, where it was not. */
export function RefusalNotice({ refusal }: { refusal: Refusal | undefined }) {
  if (!refusal) return undefined;
  if (refusal.code !== "BAD_INPUT" || language() === "en") return <p role="alert" className="problem">{refusalText(refusal)}</p>;
  return <p role="alert" className="problem">{t("error_BAD_INPUT")} <span lang="en">{refusal.message}</span></p>;
}

/** Words for a refusal: the gateway's message, in English, where the page has none of its own. */
export function refusalText(refusal: Refusal): string {
  const said = word("error", refusal.code);
  const precise = refusal.code === "BAD_INPUT" && refusal.message !== "";
  return precise || said === refusal.code ? refusal.message : said;
}
