/** One's account: sessions, further codes, and the ways to sign in. */
import { type FormEvent, useState } from "react";
import { useClient } from "urql";
import { nextEpoch, useData } from "./epoch";
import { prefix } from "./gateway";
import { AccountDocument, AddByCodeDocument, EndOthersDocument, EndSessionDocument } from "./generated/graphql";
import { type Refusal, refusalOf } from "./outbox";
import type { Viewer } from "./session";
import { moment, t } from "./texts";
import { Problem, Waiting, refusalText } from "./ui/notices";

export default function Account({ viewer }: { viewer: Viewer }) {
  const client = useClient();
  const { data, error, waiting, ask } = useData(AccountDocument, {});
  const [refusal, setRefusal] = useState<Refusal>();
  if (waiting) return <Waiting />;
  if (!data?.viewer) return <Problem error={error} />;
  const { account, sessions } = data.viewer;
  const again = () => ask({ requestPolicy: "network-only" });

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
      <p>{t("login")}: <strong>{account.login}</strong>{account.email && `, ${account.email}`}</p>
      <p><a href={`${prefix}/sign-in?next=${prefix}/diary/account`}>{t("ways_to_sign_in")}</a></p>
      <form className="fields" onSubmit={(event) => void addCode(event)}>
        <label htmlFor="code">{t("access_code")}</label>
        <input id="code" name="code" autoComplete="one-time-code" required />
        <button type="submit">{t("add")}</button>
      </form>
      {refusal && <p role="alert" className="problem">{refusalText(refusal)}</p>}
      <h2>{t("sessions")}</h2>
      <ul className="notices">
        {sessions.map((one) => (
          <li key={one.id}>
            {one.device ?? "?"} · {moment(one.lastUsedAt)}{" "}
            {one.current ? (
              <em>{t("this_device")}</em>
            ) : (
              <button type="button" className="quiet" onClick={() => void end(one.id)}>{t("end")}</button>
            )}
          </li>
        ))}
      </ul>
      {sessions.length > 1 && <button type="button" onClick={() => void endOthers()}>{t("end_others")}</button>}
    </>
  );
}
