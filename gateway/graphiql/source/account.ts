/** Who is signed in, and signing in and out: the gateway keeps the session in a cookie. */
import { ask } from "./gateway";

export interface Account {
  login: string;
  displayName: string;
}

interface Refusal {
  code: string;
  message: string;
}

/** A sign-in that the gateway turned down, with words for the person who tried. */
export class Refused extends Error {}

export async function signedIn(): Promise<Account | null> {
  const data = await ask<{ viewer: { account: Account } | null }>(
    "query SignedIn { viewer { account { login displayName } } }",
  );
  return data.viewer?.account ?? null;
}

export async function signIn(login: string, password: string): Promise<Account> {
  const { signIn } = await ask<{ signIn: { errors: Refusal[] } }>(
    `mutation SignIn($login: String!, $password: String!) {
      signIn(input: { login: $login, password: $password }) { errors { code message } }
    }`,
    { login, password },
  );
  const [refusal] = signIn.errors;
  if (refusal) throw new Refused(refusal.message);
  const account = await signedIn();
  if (!account) throw new Refused("The browser did not keep the session: are cookies allowed?");
  return account;
}

export async function signOut(): Promise<void> {
  await ask("mutation SignOut { signOut { errors { code } } }");
}
