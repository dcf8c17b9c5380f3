/** One's account: what the school knows, views, the address, what protects it, and sessions. */
import { type FormEvent, useState } from "react";
import { useClient } from "urql";
import { nextEpoch, useData } from "../epoch";
import {
  AccountDocument, type AccountQuery, AddByCodeDocument, EndOthersDocument, EndSessionDocument,
} from "../generated/graphql";
import { type Refusal, refusalOf } from "../outbox";
import type { Viewer } from "../session";
import { moment, t, word } from "../texts";
import { Problem, RefusalNotice, Waiting } from "../ui/notices";
import { Preferences } from "../ui/preferences";
import { Calendars } from "./calendars";
import { Address, Safety } from "./safety";
import { Views } from "./views";

type Asked = NonNullable<AccountQuery["viewer"]>;

export default function Account({ viewer }: { viewer: Viewer }) {
  const client = useClient();
  const { data, error, waiting, again } = useData(AccountDocument, {});
  const [refusal, setRefusal] = useState<Refusal>();
  if (waiting) return <Waiting />;
  if (!data?.viewer) return <Problem error={error} />;
  const { account, sessions, secondFactor, profiles, memberships } = data.viewer;

  async function end(id: string) {
    setRefusal(refusalOf(await client.mutation(EndSessionDocument, { input: { id } }).toPromise()));
    again();
  }

  async function endOthers() {
    setRefusal(refusalOf(await client.mutation(EndOthersDocument, {}).toPromise()));
    again();
  }

  async function addCode(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const code = String(new FormData(form).get("code"));
    const refused = refusalOf(await client.mutation(AddByCodeDocument, { input: { code } }).toPromise());
    setRefusal(refused);
    if (refused) return;
    form.reset();
    nextEpoch();
  }

  return (
    <>
      <h1>{t("account")} <small>{viewer.account.displayName}</small></h1>
      <p>{t("login")}: <strong>{account.login}</strong></p>
      <Parts memberships={memberships} />
      <form className="fields" onSubmit={(event) => void addCode(event)}>
        <label htmlFor="code">{t("access_code")}</label>
        <input id="code" name="code" autoComplete="one-time-code" required />
        <button type="submit">{t("add")}</button>
      </form>
      <RefusalNotice refusal={refusal} />
      <h2>{t("language")}</h2>
      <Preferences />
      <Views profiles={profiles} viewer={viewer} onDone={again} />
      <Calendars viewer={viewer} />
      <Address account={account} onDone={again} />
      <Safety account={account} factor={secondFactor} onDone={again} />
      <h2>{t("sessions")}</h2>
      <ul className="notices">
        {sessions.map((one) => (
          <li key={one.id}>
            {one.device ?? t("some_device")} · {moment(one.lastUsedAt)}{" "}
            {one.current ? (
              <em>{t("this_device")}</em>
            ) : (
              <button type="button" className="quiet" aria-label={`${t("end")}: ${one.device ?? t("some_device")}`} onClick={() => void end(one.id)}>{t("end")}</button>
            )}
          </li>
        ))}
      </ul>
      {sessions.length > 1 && <button type="button" onClick={() => void endOthers()}>{t("end_others")}</button>}
      <ByOthers steps={account.doneByOthers} />
    </>
  );
}

/** What the account is in each school, and how the school reaches them. */
function Parts({ memberships }: { memberships: Asked["memberships"] }) {
  return (
    <>
      <ul className="notices">
        {memberships.map(({ school, roles, student, teacher, guardian }) => (
          <li key={school?.id}>
            <strong>{school?.name}</strong>: {roles.map((role) => word("role", role)).join(", ")}
            {[student, teacher, guardian].map((one) => one && (
              <p key={one.id}>{[one.displayName, one.phone, one.email].filter(Boolean).join(" · ")}</p>
            ))}
          </li>
        ))}
      </ul>
      <p className="help">{t("contacts_help")}</p>
    </>
  );
}

function ByOthers({ steps }: { steps: Asked["account"]["doneByOthers"] }) {
  if (steps.length === 0) return null;
  return (
    <>
      <h2>{t("done_by_others")}</h2>
      <ul className="notices">
        {steps.map(({ change, at, by, reason, school }) => (
          <li key={`${at} ${change}`}>
            {moment(at)}: {word("account", change)} {[by, school, reason].filter(Boolean).join(", ")}
          </li>
        ))}
      </ul>
    </>
  );
}
