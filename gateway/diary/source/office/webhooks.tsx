/** Where the school's events are sent: webhooks are made, changed, paused and removed, and their
 * deliveries read. A secret is shown once. */
import { useState } from "react";
import { useData } from "../epoch";
import {
  ChangeWebhookDocument, CreateWebhookDocument, PingWebhookDocument, type PingWebhookMutation, RemoveWebhookDocument, ReplayWebhookDocument,
  type WebhookOfSchoolFragment, type WebhookTopic, WebhooksDocument,
} from "../generated/graphql";
import { newKey } from "../outbox";
import { type School, type Viewer, isHead, officeSchool } from "../session";
import { moment, t as said } from "../texts";
import { TOPICS, topicWord } from "../texts/topics";
import { t, word } from "../texts/records";
import { Disclosure } from "../ui/disclosure";
import { Problem, Waiting } from "../ui/notices";
import { Nowhere } from "../ui/nowhere";
import { Act, ByName, Field, textIn } from "../ui/steps";
import { Deliveries } from "./webhook-deliveries";

interface Secret {
  url: string;
  secret: string;
}

export default function Webhooks({ viewer }: { viewer: Viewer }) {
  const school = officeSchool(viewer);
  if (!school || !isHead(viewer)) return <Nowhere />;
  return (
    <>
      <h1>{said("nav_webhooks")} <small>{school.name}</small></h1>
      <OfSchool school={school} />
    </>
  );
}

function OfSchool({ school }: { school: School }) {
  const { data, error, waiting } = useData(WebhooksDocument, { school: school.id });
  const [shown, setShown] = useState<Secret>();
  if (waiting) return <Waiting />;
  const found = data?.school;
  if (!found?.webhooks) return <Problem error={error} />;
  const keep = (made: { webhook: { url: string } | null; secret: string | null } | null) =>
    made?.webhook && made.secret && setShown({ url: made.webhook.url, secret: made.secret });
  return (
    <>
      <p>{t("hooks_help")}</p>
      {shown && (
        <div role="status" className="notice">
          <p>{shown.url}: {t("hook_secret")}</p>
          <p><code className="long">{shown.secret}</code></p>
          <button type="button" onClick={() => setShown(undefined)}>{t("hook_secret_put_down")}</button>
        </div>
      )}
      {found.viewerMay.includes("createWebhook") && (
        <Act
          document={CreateWebhookDocument}
          name={t("hook_new")}
          of={school.name}
          onDone={({ createWebhook }) => keep(createWebhook)}
          input={(fields) => ({ school: school.id, ...fieldsIn(fields), idempotencyKey: newKey() })}
        >
          <HookFields />
        </Act>
      )}
      {found.webhooks.length === 0 && <p>{t("hooks_none")}</p>}
      <ul className="notices">
        {found.webhooks.map((one) => <Hook key={one.id} one={one} school={school} onSecret={keep} />)}
      </ul>
    </>
  );
}

interface HookProps {
  one: WebhookOfSchoolFragment;
  school: School;
  onSecret: (made: { webhook: { url: string } | null; secret: string | null } | null) => void;
}

function Hook({ one, school, onSecret }: HookProps) {
  const { id, url, version } = one;
  const [ping, setPing] = useState<PingWebhookMutation["pingWebhook"]>(null);
  const may = (name: WebhookOfSchoolFragment["viewerMay"][number]) => one.viewerMay.includes(name);
  const time = (at: string) => moment(at, school.timeZone);
  const change = (given: (fields: FormData) => object) => ({
    document: ChangeWebhookDocument,
    of: url,
    input: (fields: FormData) => ({ id, expectedVersion: version, ...given(fields) }),
  });
  return (
    <li>
      <strong className="long">{url}</strong> <span className="state">{word("hook", one.state)}</span>{" "}
      {one.failingSince && <span className="problem">{t("hook_failing", { time: time(one.failingSince) })}</span>}{" "}
      {one.nextTryAt && <small>{t("hook_next", { time: time(one.nextTryAt) })}</small>}
      {one.description && <p>{one.description}</p>}
      <p><small>{one.topics.map(topicWord).join(", ")}</small></p>
      <p><small>{t("hook_by", { time: time(one.createdAt), by: one.createdBy ?? "" })}</small></p>
      {may("changeWebhook") && (
        <>
          <Act key={`change ${version}`} {...change(fieldsIn)} name={t("hook_change")}>
            <HookFields one={one} />
          </Act>
          <Act {...change(() => ({ enabled: one.state !== "ENABLED" }))} name={one.state === "ENABLED" ? t("hook_pause") : t("hook_resume")} />
          <Act {...change(() => ({ rotateSecret: true }))} name={t("hook_rotate")} onDone={({ changeWebhook }) => onSecret(changeWebhook)}>
            <p className="help">{t("hook_rotate_help")}</p>
          </Act>
        </>
      )}
      {may("pingWebhook") && (
        <Act document={PingWebhookDocument} name={t("hook_ping")} of={url} input={() => ({ id })} onDone={({ pingWebhook }) => setPing(pingWebhook)}>
          <p className="help">{t("hook_ping_help")}</p>
        </Act>
      )}
      <div role="status">
        {ping && (
          <p>
            {ping.error === null ? t("hook_pinged", { status: ping.status ?? "" }) : t("hook_not_pinged")}{" "}
            {ping.error && <span lang="en">{ping.error}</span>} <small>{ping.excerpt}</small>
          </p>
        )}
      </div>
      {may("replayWebhook") && (
        <Act document={ReplayWebhookDocument} name={t("hook_replay")} of={url} input={(fields) => ({ id, ...replayIn(fields) })}>
          <p className="help">{t("hook_replay_help")}</p>
          <label><input type="radio" name="which" value="dead" defaultChecked /> {t("hook_replay_dead")}</label>
          <label><input type="radio" name="which" value="since" /> {t("hook_replay_since")}</label>
          <input type="datetime-local" name="since" aria-label={t("hook_replay_since")} />
        </Act>
      )}
      {may("removeWebhook") && (
        <Act document={RemoveWebhookDocument} name={t("hook_remove")} of={url} input={() => ({ id })}>
          <p className="help">{t("hook_remove_help")}</p>
          <ByName name={url} />
        </Act>
      )}
      <Disclosure summary={t("hook_deliveries")} label={`${t("hook_deliveries")}: ${url}`} anew>
        <Deliveries webhook={id} school={school} />
      </Disclosure>
    </li>
  );
}

/** The instant in the reader's time, as that is where they look at a clock. */
function replayIn(fields: FormData): object {
  const since = textIn(fields, "since");
  return fields.get("which") === "since" && since ? { since: new Date(since).toISOString() } : { deadLetters: true };
}

const fieldsIn = (fields: FormData) => ({
  url: textIn(fields, "url") ?? "",
  description: textIn(fields, "description"),
  topics: fields.getAll("topics") as WebhookTopic[],
});

function HookFields({ one }: { one?: WebhookOfSchoolFragment }) {
  return (
    <>
      <Field name="url" label={t("hook_url")} value={one?.url} type="url" required maxLength={2000} />
      <Field name="description" label={t("hook_description")} value={one?.description} maxLength={500} />
      <fieldset className="choices">
        <legend>{t("hook_topics")}</legend>
        {TOPICS.map((topic) => (
          <label key={topic}><input type="checkbox" name="topics" value={topic} defaultChecked={one?.topics.includes(topic)} /> {topicWord(topic)}</label>
        ))}
      </fieldset>
    </>
  );
}
