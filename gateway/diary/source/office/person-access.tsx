/** What the office does about a person's account: where they can't sign in, or where it is another's. */
import { useState } from "react";
import { useClient } from "urql";
import { EndSessionsOfDocument, GiveTemporaryPasswordDocument, ResetSecondFactorDocument, UndoRegistrationDocument } from "../generated/graphql";
import { type Refusal, refusalOf } from "../outbox";
import { t } from "../texts";
import { Disclosure } from "../ui/disclosure";
import { RefusalNotice } from "../ui/notices";
import { Act, Field } from "../ui/steps";

export function PersonAccess({ person, name }: { person: string; name: string }) {
  const client = useClient();
  const [said, setSaid] = useState<string>();
  const [refusal, setRefusal] = useState<Refusal>();

  async function give() {
    const result = await client.mutation(GiveTemporaryPasswordDocument, { input: { person } }).toPromise();
    const given = result.data?.giveTemporaryPassword;
    setRefusal(refusalOf(result));
    setSaid(given?.password ? t("temporary_password", { login: given.login ?? "", password: given.password }) : undefined);
  }

  async function reset() {
    const result = await client.mutation(ResetSecondFactorDocument, { input: { person } }).toPromise();
    const refused = refusalOf(result);
    const none = refused?.code === "NOT_THERE";
    setRefusal(none ? undefined : refused);
    setSaid(none ? t("no_factor") : refused ? undefined : t("factor_ended"));
  }

  async function end() {
    const result = await client.mutation(EndSessionsOfDocument, { input: { person } }).toPromise();
    const refused = refusalOf(result);
    setRefusal(refused);
    setSaid(refused ? undefined : t("sessions_ended"));
  }

  return (
    <Disclosure summary={t("cannot_sign_in")}>
      <p className="choices">
        <button type="button" onClick={() => void give()}>{t("give_password")}</button>{" "}
        <button type="button" onClick={() => void reset()}>{t("reset_factor")}</button>{" "}
        <button type="button" onClick={() => void end()}>{t("end_all_sessions")}</button>
      </p>
      <Act document={UndoRegistrationDocument} name={t("undo_registration")} of={name} input={(fields) => ({ person, reason: String(fields.get("reason")) })}>
        <p className="help">{t("undo_registration_help")}</p>
        <Field name="reason" label={t("why")} required maxLength={500} />
      </Act>
      {said && <p role="status">{said}</p>}
      <RefusalNotice refusal={refusal} />
    </Disclosure>
  );
}
