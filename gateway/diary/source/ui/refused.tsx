/** What was entered at a place and has been refused, also where the page was opened anew meanwhile. */
import { drop, useOutbox } from "../outbox";
import { t } from "../texts";
import { refusalText } from "./notices";

export function Refused({ of }: { of: string }) {
  const refused = useOutbox().filter((one) => one.of === of && one.refused);
  return refused.map((one) => (
    <p key={one.key} role="alert" className="problem">
      {refusalText(one.refused!)}{" "}
      <button type="button" className="quiet" onClick={() => drop(one.key)}>{t("keep_theirs")}</button>
    </p>
  ));
}
