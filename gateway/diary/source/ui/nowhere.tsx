/** What stands at an address that leads nowhere. */
import type { CombinedError } from "urql";
import { Link } from "wouter";
import { t } from "../texts";
import { Problem, codeOf } from "./notices";

/** Where `error` kept what is there from being read, that is said instead. An id that the gateway
 * never gave, as of a link that was cut off, leads nowhere too. */
export function Nowhere({ error }: { error?: CombinedError }) {
  if (error && codeOf(error) !== "BAD_INPUT") return <Problem error={error} />;
  return (
    <>
      <h1>{t("nothing_here")}</h1>
      <p><Link href="/">{t("diary")}</Link></p>
    </>
  );
}
