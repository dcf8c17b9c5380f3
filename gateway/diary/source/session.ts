/** Signing in and out: the gateway keeps the session in a cookie. */
import type { Client } from "@urql/core";
import { prefix } from "./gateway";
import { type MeQuery, type OfficeRole, SignInDocument, SignOutDocument } from "./generated/graphql";
import { word } from "./texts";
import { refusalText } from "./ui/notices";

/** The page with all ways in; it comes back to the screen that was asked for. */
export const waysIn = (): string => `${prefix}/sign-in?${new URLSearchParams({ next: location.pathname + location.search })}`;

export type Viewer = NonNullable<MeQuery["viewer"]>;
export type School = Viewer["schools"][number];

/** A sign-in that the gateway turned down, with words for the person who tried. */
export class Refused extends Error {}

/** Where the pages that ask for a second factor keep that this device is trusted. */
const DEVICE = "gradebook-device";

export async function signIn(client: Client, login: string, password: string, remember: boolean): Promise<void> {
  const given = { login, password, remember, deviceToken: localStorage.getItem(DEVICE) };
  const { data, error } = await client.mutation(SignInDocument, given).toPromise();
  if (!data) throw error ?? new Error("No answer");
  const { errors, hints, secondFactor, mustChangePassword, mustSetUpSecondFactor } = data.signIn;
  const [refusal] = errors;
  if (refusal) {
    throw new Refused([refusalText(refusal), ...hints.map((hint) => word("hint", hint))].join(" "));
  }
  const step: Record<string, string> | null = secondFactor
    ? { challenge: secondFactor.challenge, passkey: secondFactor.passkey ? "1" : "0" }
    : mustChangePassword
      ? { state: "change" }
      : mustSetUpSecondFactor
        ? { state: "protect" }
        : null;
  if (step) {
    location.assign(`${waysIn()}#${new URLSearchParams(step)}`);
    await new Promise(() => {}); // the page is left
  }
}

/** Kept while somebody has signed out and the gateway has not been told: their cookie still works.
 * The page that signs people in knows it too. */
const LEFT = "gradebook:left";
const RETRY = 4_000;
const QUIET = 2_000;
let leaving = false;
let onItsWay: Promise<unknown> = Promise.resolve();

/** What is asked without anybody's doing: a sign-out lets it arrive, so long as it does soon. */
export function quietly(asked: Promise<unknown>): void {
  onItsWay = asked;
}

/** Whether somebody signs out, from here or in another page: nothing more is asked in their name. */
export const isLeaving = (): boolean => leaving || localStorage.getItem(LEFT) !== null;

/** Where the session ends at the provider with which it was begun; null where it was with none. */
export async function signOut(client: Client): Promise<string | null> {
  localStorage.setItem(LEFT, "1");
  leaving = true;
  await Promise.race([onItsWay, new Promise((done) => setTimeout(done, QUIET))]);
  const { data, error } = await client.mutation(SignOutDocument, {}).toPromise();
  if (!error?.networkError) localStorage.removeItem(LEFT);
  return data?.signOut.providerUrl ?? null;
}

/** Ends the session of who has left without a network, before anything is shown to the next. */
export async function endWhatWasLeft(client: Client): Promise<void> {
  while (localStorage.getItem(LEFT) !== null) {
    await signOut(client);
    if (localStorage.getItem(LEFT) !== null) await new Promise((done) => setTimeout(done, RETRY));
  }
  leaving = false;
}

/** A line that the gateway writes into the page of a demo school, and only there. */
interface DemoAccount {
  login: string;
  password: string;
  who: string;
}

const page = document.getElementById("gradebook-page")?.textContent;
export const demoAccounts: DemoAccount[] = page ? (JSON.parse(page).demoAccounts ?? []) : [];

export type Part = "family" | "student" | "teacher" | "office";

const HEADS: readonly string[] = ["HEAD", "DEPUTY_HEAD"] satisfies OfficeRole[];
const ROLES: readonly OfficeRole[] = ["SECRETARY", "DEPUTY_HEAD", "HEAD"];
const OFFICE: readonly string[] = ROLES;

/** What somebody's roles let them use, in the order in which it is offered. */
export function partsOf(viewer: Viewer): Part[] {
  const roles = new Set<string>(viewer.memberships.flatMap((one) => one.roles));
  const parts: Part[] = [];
  if (viewer.teacher) parts.push("teacher");
  if (OFFICE.some((role) => roles.has(role))) parts.push("office");
  if (viewer.student) parts.push("student");
  if (viewer.children.length > 0) parts.push("family");
  return parts;
}

/** The viewer's school in which something or somebody is. */
export function schoolOf(viewer: Viewer, one: { school?: { id: string } | null } | null | undefined): School | undefined {
  return viewer.schools.find(({ id }) => id === one?.school?.id);
}

/** The school that is shown first: that of the office, or else the first of the viewer's. */
export function firstSchool(viewer: Viewer): School | undefined {
  return officeSchool(viewer) ?? viewer.schools[0];
}

/** Whether the viewer is the head of a school, and reads its audit. */
export function isHead(viewer: Viewer): boolean {
  return viewer.memberships.some(({ roles }) => roles.includes("HEAD"));
}

/** Whether the viewer is the head or a deputy of a school. */
export function leads(viewer: Viewer): boolean {
  return viewer.memberships.some(({ roles }) => roles.some((role) => HEADS.includes(role)));
}

/** The roles in an office that the viewer grants and ends; those of heads and deputies are the head's. */
export function rolesGrantedBy(viewer: Viewer): readonly OfficeRole[] {
  return isHead(viewer) ? ROLES : ["SECRETARY"];
}

/** The school whose office the viewer is part of. */
export function officeSchool(viewer: Viewer): School | undefined {
  const led = viewer.memberships.find(({ roles }) => roles.some((role) => OFFICE.includes(role)));
  return schoolOf(viewer, led);
}

/** Whether the viewer teaches at the school, or is of its office. */
export function isStaffOf(viewer: Viewer, school: School): boolean {
  return viewer.teacher?.school?.id === school.id || officeSchool(viewer)?.id === school.id;
}
