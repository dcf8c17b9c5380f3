/** Whom the viewer has blocked, and the hours in which nothing is delivered to them. */
import { type FormEvent, useState } from "react";
import { useClient } from "urql";
import { useData } from "../epoch";
import { MessageSettingsDocument, type MessageSettingsQuery, SetMessageRestDocument, UnblockDocument } from "../generated/graphql";
import { type Refusal, refusalOf } from "../outbox";
import { useNewPost } from "../post";
import { day, t } from "../texts";
import { Disclosure } from "../ui/disclosure";
import { Problem, RefusalNotice, Waiting } from "../ui/notices";
import { textIn } from "../ui/steps";

interface Props {
  school: string;
  /** Whether the viewer is of the staff, who have hours of rest. */
  rests: boolean;
}

export function MessageSettings(props: Props) {
  return (
    <Disclosure summary={t(props.rests ? "rest_and_blocks" : "blocked_people")}>
      <Settings {...props} />
    </Disclosure>
  );
}

function Settings({ school, rests }: Props) {
  const client = useClient();
  const [refusal, setRefusal] = useState<Refusal>();
  const { data, error, waiting, again } = useData(MessageSettingsDocument, { school, rests });
  useNewPost(again); // blocking somebody elsewhere tells so, too
  if (waiting) return <Waiting />;
  if (!data?.school) return <Problem error={error} />;
  const { messageBlocks, messageRest } = data.school;

  async function unblock(block: string) {
    setRefusal(refusalOf(await client.mutation(UnblockDocument, { input: { school, block } }).toPromise()));
  }

  return (
    <>
      {rests && <Rest key={JSON.stringify(messageRest)} school={school} rest={messageRest} />}
      {messageBlocks.length === 0 && <p>{t("nobody_blocked")}</p>}
      <ul className="notices" aria-label={t("blocked_people")}>
        {messageBlocks.map(({ id, name, at }) => (
          <li key={id}>
            {name} <small>{day(at.slice(0, 10), { dateStyle: "medium" })}</small>{" "}
            <button type="button" className="quiet" onClick={() => void unblock(id)}>{t("unblock", { name })}</button>
          </li>
        ))}
      </ul>
      <RefusalNotice refusal={refusal} />
    </>
  );
}

type RestOf = NonNullable<MessageSettingsQuery["school"]>["messageRest"];

function Rest({ school, rest }: { school: string; rest: RestOf }) {
  const client = useClient();
  const [refusal, setRefusal] = useState<Refusal>();

  async function set(hours: { starts: string | null; ends: string | null; weekends: boolean }) {
    const sent = client.mutation(SetMessageRestDocument, { input: { school, ...hours } });
    setRefusal(refusalOf(await sent.toPromise()));
  }

  function save(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    void set({ starts: textIn(fields, "starts"), ends: textIn(fields, "ends"), weekends: fields.has("weekends") });
  }

  return (
    <form className="fields" onSubmit={save}>
      <p>{t("rest_help")}</p>
      <label htmlFor="starts">{t("quiet_from")}</label>
      <input id="starts" name="starts" type="time" required defaultValue={rest?.starts.slice(0, 5)} />
      <label htmlFor="ends">{t("quiet_until")}</label>
      <input id="ends" name="ends" type="time" required defaultValue={rest?.ends.slice(0, 5)} />
      <label><input type="checkbox" name="weekends" defaultChecked={rest?.weekends} /> {t("rest_weekends")}</label>
      <button type="submit">{t("save")}</button>
      {rest && <button type="button" onClick={() => void set({ starts: null, ends: null, weekends: false })}>{t("no_rest")}</button>}
      {rest && <p role="status">{t("rests_now", { from: rest.starts.slice(0, 5), to: rest.ends.slice(0, 5) })}</p>}
      <RefusalNotice refusal={refusal} />
    </form>
  );
}
