import { drop, useOutbox } from "../outbox";
import { t } from "../texts";
import { refusalText } from "./notices";

/** What was written at a place and waits for the network, or was refused and may be changed. */
export function Unsent({ of, onChange }: { of: string; onChange: (text: string) => void }) {
  const unsent = useOutbox().filter((one) => one.of === of);
  if (unsent.length === 0) return null;
  return (
    <ul className="notices">
      {unsent.map(({ key, shows, refused }) => (
        <li key={key}>
          <p>{shows}</p>
          <small>{refused ? <span role="alert" className="problem">{refusalText(refused)}</span> : t("to_be_sent")}</small>{" "}
          {refused && (
            <button type="button" className="quiet" onClick={() => { drop(key); onChange(shows); }}>{t("change_it")}</button>
          )}
        </li>
      ))}
    </ul>
  );
}
