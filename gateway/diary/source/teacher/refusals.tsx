/** What the gateway has refused of what was entered here: conflicts side by side, and the rest. */
import { type Entry, drop, enter, useOutbox } from "../outbox";
import { t } from "../texts";
import { refusalText } from "../ui/notices";
import type { Standing } from "./entry";

interface Props {
  /** The record as it stands now. */
  standing: (id: string) => Standing | undefined;
  nameOf: (student: string) => string;
}

export function Refusals({ standing, nameOf }: Props) {
  const refused = useOutbox().filter((one) => one.refused);
  if (refused.length === 0) return null;
  return (
    <section className="refusals" role="alert" aria-label={t("refused")}>
      <h2>{t("refused")}</h2>
      <ul>
        {refused.map((one) => (
          <li key={one.key}>
            {nameOf(one.of.split(":")[1] ?? "") && <><strong>{nameOf(one.of.split(":")[1] ?? "")}</strong>: </>}{refusalText(one.refused!)}{" "}
            <Conflict entry={one} now={standing(String(one.input.id ?? ""))} />
            <button type="button" onClick={() => drop(one.key)}>{t("keep_theirs")}</button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Conflict({ entry, now }: { entry: Entry; now: Standing | undefined }) {
  if (entry.refused?.code !== "CONFLICT" || !now) return null;

  function insist() {
    drop(entry.key);
    const { idempotencyKey: _, ...input } = entry.input;
    void enter(entry.operation, { ...input, expectedVersion: now!.version }, entry.of, entry.shows);
  }

  return (
    <>
      <span className="sides">
        {t("theirs")} <b>{now.value ?? "—"}</b> · {t("mine")} <b>{entry.shows || "—"}</b>
      </span>{" "}
      <button type="button" className="first" onClick={insist}>{t("use_mine")}</button>{" "}
    </>
  );
}
