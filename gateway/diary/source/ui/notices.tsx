import type { CombinedError } from "urql";
import { clock, moment, t, word } from "../texts";
import { useConnection } from "../connection";
import { nextEpoch } from "../epoch";
import { type Refusal, useOutbox } from "../outbox";

export function Waiting() {
  return (
    <p role="status" className="notice">
      {t("waiting")}
    </p>
  );
}

export function Problem({ error }: { error?: CombinedError }) {
  const { online } = useConnection();
  return (
    <div role="alert" className="notice problem">
      <p>{whatFailed(error, online)}</p>
      {(error || !online) && <button type="button" onClick={nextEpoch}>{t("try_again")}</button>}
    </div>
  );
}

export const codeOf = (error: CombinedError | undefined): string => String(error?.graphQLErrors[0]?.extensions.code ?? "");

function whatFailed(error: CombinedError | undefined, online: boolean): string {
  if (error?.networkError || !online) return t("error_NO_NETWORK");
  return error ? refusalText({ code: codeOf(error), message: error.graphQLErrors[0]?.message ?? error.message }) : t("nothing_here");
}

/** The time of an instant of today, or else its day too. */
const when = (instant: number): string => (new Date(instant).toDateString() === new Date().toDateString() ? clock(instant) : moment(instant));

/** Says since when nothing new has come, and what is still to be sent. */
export function ConnectionNotice() {
  const { online, since } = useConnection();
  const entries = useOutbox();
  const unsent = entries.filter(({ refused }) => !refused).length;
  if (online && unsent === 0) return null;
  return (
    <p role="status" className="banner">
      {!online && (since ? t("offline_since", { time: when(since) }) : t("error_NO_NETWORK"))}{" "}
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
