/** Who is signed in, and signing in and out: the gateway keeps the session in a cookie. */
import { Unauthenticated, ask, prefix } from "./gateway";

export type Role = "HEAD" | "TEACHER" | "GUARDIAN" | "STUDENT";

export interface Account {
  login: string;
  displayName: string;
  /** In all of their schools. */
  roles: ReadonlySet<Role>;
  /** The first school that they lead, and a class of it. */
  led: { school: string; classGroup: string | null } | null;
  /** The first lesson of theirs this week that nobody has closed, as `closeLesson` takes it. */
  toClose: { lesson: string; expectedVersion: number; topic: string } | null;
}

interface Refusal {
  code: string;
  message: string;
}

interface SignInOutcome {
  secondFactor: { challenge: string; passkey: boolean } | null;
  mustChangePassword: boolean;
  mustSetUpSecondFactor: boolean;
  errors: Refusal[];
}

/** The page with all ways in; it comes back here. */
export const SIGN_IN = `${prefix}/sign-in?next=${prefix}/graphiql`;

interface OpenLesson {
  id: string;
  version: number;
  topic: string | null;
}

interface Viewer {
  account: { login: string; displayName: string };
  teacher: { openLessons: { edges: { node: OpenLesson }[] } | null } | null;
  memberships: {
    roles: Role[];
    school: { id: string; classGroups: { edges: { node: { id: string } }[] } } | null;
  }[];
}

/** A sign-in that the gateway turned down, with words for the person who tried. */
export class Refused extends Error {}

/** Null for somebody who has not signed in; raises `Unauthenticated` where their session is over. */
export async function signedIn(): Promise<Account | null> {
  const { viewer } = await ask<{ viewer: Viewer | null }>(
    `query SignedIn {
      viewer {
        account { login displayName }
        teacher { openLessons(first: 1) { edges { node { id version topic } } } }
        memberships { roles school { id classGroups(first: 1) { edges { node { id } } } } }
      }
    }`,
  );
  if (!viewer) return null;
  const school = viewer.memberships.find(({ roles }) => roles.includes("HEAD"))?.school;
  const open = viewer.teacher?.openLessons?.edges[0]?.node;
  return {
    ...viewer.account,
    toClose: open
      ? { lesson: open.id, expectedVersion: open.version, topic: open.topic ?? "Revision" }
      : null,
    roles: new Set(viewer.memberships.flatMap(({ roles }) => roles)),
    led: school ? { school: school.id, classGroup: school.classGroups.edges[0]?.node.id ?? null } : null,
  };
}

export async function signIn(login: string, password: string): Promise<Account> {
  const { signIn } = await ask<{ signIn: SignInOutcome }>(
    `mutation SignIn($login: String!, $password: String!) {
      signIn(input: { login: $login, password: $password }) {
        secondFactor { challenge passkey } mustChangePassword mustSetUpSecondFactor
        errors { code message }
      }
    }`,
    { login, password },
  );
  const [refusal] = signIn.errors;
  if (refusal) throw new Refused(refusal.message);
  const step = nextStep(signIn);
  if (step) {
    location.assign(`${SIGN_IN}#${new URLSearchParams(step)}`);
    return new Promise(() => {}); // the page is left
  }
  const account = await signedIn().catch((problem: unknown) => {
    if (problem instanceof Unauthenticated) return null;
    throw problem;
  });
  if (!account) throw new Refused("The browser did not keep the session: are cookies allowed?");
  return account;
}

/** What the sign-in page has to ask for before anything else, as it is told behind its `#`. */
function nextStep(outcome: SignInOutcome): Record<string, string> | null {
  if (outcome.secondFactor) {
    const { challenge, passkey } = outcome.secondFactor;
    return { challenge, passkey: passkey ? "1" : "0" };
  }
  if (outcome.mustChangePassword) return { state: "change" };
  return outcome.mustSetUpSecondFactor ? { state: "protect" } : null;
}

/** Where the session ends at the provider with which it was begun; null where it was with none. */
export async function signOut(): Promise<string | null> {
  const { signOut } = await ask<{ signOut: { providerUrl: string | null } }>(
    "mutation SignOut { signOut { providerUrl errors { code } } }",
  );
  return signOut.providerUrl;
}
