/** What a webhook has sent, the newest first, and what became of it. */
import { useState } from "react";
import { useData } from "../epoch";
import { type WebhookDeliveryState, WebhookDeliveriesDocument } from "../generated/graphql";
import type { School } from "../session";
import { moment } from "../texts";
import { t, word } from "../texts/records";
import { eventWord } from "../texts/topics";
import { Problem, Waiting } from "../ui/notices";
import { More, Pages } from "../ui/pages";
import { Scroll } from "../ui/scroll";

const STATES: readonly WebhookDeliveryState[] = ["DELIVERED", "FAILING", "QUEUED", "DEAD", "GAP"];

interface Props {
  webhook: string;
  school: School;
}

export function Deliveries({ webhook, school }: Props) {
  const [state, setState] = useState<WebhookDeliveryState | "">("");
  const [looked, setLooked] = useState(0);
  return (
    <>
      <p className="tools">
        <label>
          {t("hook_which")}{" "}
          <select value={state} onChange={({ target }) => setState(target.value as WebhookDeliveryState | "")}>
            <option value="">{t("hook_all")}</option>
            {STATES.map((one) => <option key={one} value={one}>{word("delivery", one)}</option>)}
          </select>
        </label>
        <button type="button" onClick={() => setLooked(looked + 1)}>{t("hook_refresh")}</button>
      </p>
      <Pages key={`${state} ${looked}`} page={(after, onMore) => (
        <Page webhook={webhook} school={school} states={state === "" ? null : [state]} after={after} onMore={onMore} />
      )} />
    </>
  );
}

interface PageProps extends Props {
  states: WebhookDeliveryState[] | null;
  after: string | null;
  onMore?: (next: string) => void;
}

function Page({ webhook, school, states, after, onMore }: PageProps) {
  const { data, error, waiting } = useData(WebhookDeliveriesDocument, { webhook, after, states });
  if (waiting) return <Waiting />;
  const found = data?.node && "deliveries" in data.node ? data.node.deliveries : null;
  if (!found) return <Problem error={error} />;
  const sent = found.edges.flatMap(({ node }) => node ?? []);
  if (sent.length === 0) return <p>{t("hook_no_deliveries")}</p>;
  return (
    <>
      <Scroll label={t("hook_deliveries")}>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t("hook_event")}</th>
              <th scope="col">{t("hook_when")}</th>
              <th scope="col">{t("hook_state")}</th>
              <th scope="col">{t("hook_tries")}</th>
              <th scope="col">{t("hook_answer")}</th>
            </tr>
          </thead>
          <tbody>
            {sent.map(({ id, type, state, attempts, status, error: why, excerpt, occurredAt }) => (
              <tr key={id}>
                <th scope="row">{type === null ? t("gap") : eventWord(type)}</th>
                <td>{moment(occurredAt, school.timeZone)}</td>
                <td>{word("delivery", state)}</td>
                <td>{attempts}</td>
                <td>{status} {why && <span lang="en">{why}</span>} <small>{excerpt}</small></td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <More page={found.pageInfo} onMore={onMore} />
    </>
  );
}
