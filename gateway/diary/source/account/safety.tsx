/** What protects the account: its address, its password and its second factor. */
import { useState } from "react";
import { useClient } from "urql";
import { prefix } from "../gateway";
import {
  type AccountQuery, ChangeEmailDocument, ChangePasswordDocument, DistrustDeviceDocument,
  EndSecondFactorDocument,
} from "../generated/graphql";
import { type AnyMutation, type Refusal, refusalOf } from "../outbox";
import { day, t } from "../texts";
import { RefusalNotice } from "../ui/notices";
import { AccountForm } from "./form";

type Viewer = NonNullable<AccountQuery["viewer"]>;

export function Address({ account, onDone }: { account: Viewer["account"]; onDone: () => void }) {
  return (
    <section aria-labelledby="address">
      <h2 id="address">{t("mail_address")}</h2>
      <p>
        {account.email ?? t("no_address")}{" "}
        {account.email && <span className="state">{account.emailConfirmedAt ? t("confirmed") : t("not_confirmed")}</span>}
      </p>
      {account.emailProblem && <p className="problem">{account.emailProblem}</p>}
      {!account.withoutPassword && (
        <details>
          <summary>{t("change_address")}</summary>
          <AccountForm document={ChangeEmailDocument as AnyMutation} button={t("send_link")} done={t("link_sent")} onDone={onDone} input={(typed) => ({ email: typed("email"), password: typed("password") })}>
            <label htmlFor="email">{t("mail_address")}</label>
            <input id="email" name="email" type="email" autoComplete="email" required />
            <label htmlFor="email-password">{t("password")}</label>
            <input id="email-password" name="password" type="password" autoComplete="current-password" required />
          </AccountForm>
        </details>
      )}
    </section>
  );
}

export function Safety({ account, factor, onDone }: { account: Viewer["account"]; factor: Viewer["secondFactor"]; onDone: () => void }) {
  const client = useClient();
  const [refusal, setRefusal] = useState<Refusal>();

  async function distrust(id: string) {
    setRefusal(refusalOf(await client.mutation(DistrustDeviceDocument, { input: { id } }).toPromise()));
    onDone();
  }

  return (
    <section aria-labelledby="safety">
      <h2 id="safety">{t("safety")}</h2>
      <details>
        <summary>{t("change_password")}</summary>
        <AccountForm document={ChangePasswordDocument as AnyMutation} button={t("change_password")} done={t("password_changed")} onDone={onDone} input={(typed) => ({ newPassword: typed("new"), oldPassword: typed("old") || null })}>
          {!account.withoutPassword && (
            <>
              <label htmlFor="old">{t("old_password")}</label>
              <input id="old" name="old" type="password" autoComplete="current-password" required />
            </>
          )}
          <label htmlFor="new">{t("new_password")}</label>
          <input id="new" name="new" type="password" autoComplete="new-password" minLength={8} required />
        </AccountForm>
      </details>
      <p>
        {t("second_factor")}:{" "}
        {factor.since ? t("factor_since", { day: day(factor.since.slice(0, 10), { dateStyle: "medium" }), count: factor.recoveryCodesLeft }) : t("factor_none")}
        {factor.required && ` ${t("factor_required")}`}
      </p>
      {factor.since && !factor.required && (
        <details>
          <summary>{t("end_factor")}</summary>
          <AccountForm document={EndSecondFactorDocument as AnyMutation} button={t("end_factor")} done={t("factor_ended")} onDone={onDone} input={(typed) => ({ code: typed("factor-code") })}>
            <label htmlFor="factor-code">{t("factor_code")}</label>
            <input id="factor-code" name="factor-code" autoComplete="one-time-code" required />
          </AccountForm>
        </details>
      )}
      <RefusalNotice refusal={refusal} />
      {factor.trustedDevices.length > 0 && (
        <ul className="notices">
          {factor.trustedDevices.map(({ id, device, endsAt }) => (
            <li key={id}>
              {t("trusted_until", { device: device ?? t("some_device"), day: day(endsAt.slice(0, 10), { dateStyle: "medium" }) })}{" "}
              <button type="button" className="quiet" onClick={() => void distrust(id)}>{t("distrust")}</button>
            </li>
          ))}
        </ul>
      )}
      <p><a href={`${prefix}/sign-in`}>{t("ways_to_sign_in")}</a></p>
    </section>
  );
}
