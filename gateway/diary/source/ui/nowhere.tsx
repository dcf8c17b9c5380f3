/** What stands at an address that leads nowhere. */
import { Link } from "wouter";
import { t } from "../texts";

export function Nowhere() {
  return (
    <>
      <h1>{t("nothing_here")}</h1>
      <p><Link href="/">{t("diary")}</Link></p>
    </>
  );
}
