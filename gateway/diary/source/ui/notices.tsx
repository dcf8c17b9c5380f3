import type { CombinedError } from "urql";
import { clock, t, word } from "../texts";
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
  return refusal && <p role="alert" className="problem">{refusalText(refusal)}</p>;
}

/** Words for a refusal: the gateway's message, in English, where the page has none of its own; some
 * have the message in them, as it says what the code does not. */
export function refusalText(refusal: Refusal): string {
  const said = word("error", refusal.code);
  const text = said === refusal.code ? refusal.message : said.replace("{message}", () => refusal.message);
  return refusal.line ? `${refusal.line}: ${text}` : text;
}
