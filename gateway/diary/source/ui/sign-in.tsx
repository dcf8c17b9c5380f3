import { type FormEvent, useState } from "react";
import { CombinedError, useClient } from "urql";
import { prefix } from "../gateway";
import { Refused, demoAccounts, signIn, waysIn } from "../session";
import { t } from "../texts";
import { refusalText } from "./notices";
import { Preferences } from "./preferences";

interface Props {
  /** Whether there was a session that is over. */
  ended: boolean;
  onSignedIn: () => void;
}

function whyNot(error: unknown): string {
  if (error instanceof Refused) return error.message;
  const failure = error instanceof CombinedError ? error.graphQLErrors[0] : undefined;
  return failure ? refusalText({ code: String(failure.extensions.code), message: failure.message }) : t("error_NO_NETWORK");
}

export function SignIn({ ended, onSignedIn }: Props) {
  const client = useClient();
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);

  async function enter(login: string, password: string, remember = true) {
    setBusy(true);
    setProblem("");
    try {
      await signIn(client, login, password, remember);
      onSignedIn();
    } catch (error) {
      setProblem(whyNot(error));
      setBusy(false);
    }
  }

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    void enter(String(fields.get("login")), String(fields.get("password")), fields.has("remember"));
  }

  return (
    <main className="sign-in">
      <h1>{t("diary")}</h1>
      {ended && <p role="status">{t("session_ended")}</p>}
      <form method="post" onSubmit={submit} aria-busy={busy}>
        <label htmlFor="login">{t("login")}</label>
        <input id="login" name="login" autoComplete="username webauthn" autoCapitalize="none" spellCheck={false} required />
        <label htmlFor="password">{t("password")}</label>
        <input id="password" name="password" type="password" autoComplete="current-password" required />
        <label><input type="checkbox" name="remember" defaultChecked /> {t("remember_device")}</label>
        {problem && (
          <p role="alert" className="problem">
            {problem}
          </p>
        )}
        <button type="submit" className="first" disabled={busy}>
          {busy ? t("signing_in") : t("sign_in")}
        </button>
      </form>
      <ul className="ways">
        <li><a href={waysIn()}>{t("other_ways")}</a></li>
        <li><a href={`${prefix}/register`}>{t("register")}</a></li>
        <li><a href={`${prefix}/password`}>{t("forgotten")}</a></li>
      </ul>
      {demoAccounts.length > 0 && (
        <section aria-labelledby="demo">
          <h2 id="demo">{t("demo_accounts")}</h2>
          <ul className="accounts">
            {demoAccounts.map(({ login, password, who }) => (
              <li key={login}>
                <button type="button" disabled={busy} onClick={() => void enter(login, password)}>
                  <strong>{who}</strong> <span>{login}</span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
      <Preferences />
    </main>
  );
}
