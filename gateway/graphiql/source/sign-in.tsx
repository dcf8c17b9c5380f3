import { type FormEvent, useState } from "react";
import { type Account, Refused, SIGN_IN, signIn } from "./account";
import { demoAccounts } from "./demo-accounts";

interface Props {
  /** Whether there was a session that is over. */
  ended: boolean;
  onSignedIn: (account: Account) => void;
}

export function SignIn({ ended, onSignedIn }: Props) {
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);

  async function enter(login: string, password: string) {
    setBusy(true);
    setProblem("");
    try {
      onSignedIn(await signIn(login, password));
    } catch (error) {
      setProblem(error instanceof Refused ? error.message : `Could not sign in. ${error}`);
      setBusy(false);
    }
  }

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    void enter(String(fields.get("login")), String(fields.get("password")));
  }

  return (
    <main className="sign-in">
      <h1>Gradebook</h1>
      {ended ? (
        <p role="status">Your session has ended. Sign in again.</p>
      ) : (
        <p>Sign in to ask the gateway what your account may see.</p>
      )}
      <form method="post" onSubmit={submit} aria-busy={busy}>
        <label htmlFor="login">Login</label>
        <input
          id="login"
          name="login"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          autoFocus
        />
        <label htmlFor="password">Password</label>
        <input
          id="password"
          name="password"
          type="password"
          autoComplete="current-password"
          required
        />
        {problem && (
          <p role="alert" className="problem">
            {problem}
          </p>
        )}
        <button type="submit" disabled={busy}>
          {busy ? "Signing in…" : "Sign in"}
        </button>
      </form>
      <p>
        <a href={SIGN_IN}>Passkeys and other ways to sign in</a>
      </p>
      {demoAccounts.length > 0 && (
        <section aria-labelledby="demo">
          <h2 id="demo">Demo accounts</h2>
          <ul>
            {demoAccounts.map(({ login, password, who }) => (
              <li key={login}>
                <button type="button" disabled={busy} onClick={() => void enter(login, password)}>
                  <strong>{who}</strong>
                  <span>{login}</span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </main>
  );
}
