// What the pages share: their texts, requests, and forms that tell what is refused.

export const texts = JSON.parse(document.getElementById("texts").textContent);
export const language = document.documentElement.lang;
export const at = (id) => document.getElementById(id);
export const value = (id) => at(id).value.trim() || null;
export const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

const CHECK = `mutation ($input: CheckPasswordInput!) {
  checkPassword(input: $input) { strength refusalCode errors { code message path } } }`;
const SIGN_IN = `mutation ($input: SignInInput!) {
  signIn(input: $input) { mustChangePassword mustSetUpSecondFactor hints
    secondFactor { challenge app passkey } errors { code message path } } }`;
const WITH_CODE = `mutation ($input: SignInWithCodeInput!) {
  signInWithCode(input: $input) { mustChangePassword errors { code message path } } }`;
const SIGN_OUT = "mutation { signOut { providerUrl errors { code } } }";

/** What is refused, for the person to read. */
export class Refusal extends Error {}

/** English is what the gateway itself speaks; in other languages the page says it, by the code. */
function worded({ code, message = "", path = [] }, errors) {
  const said = { ...texts.errors, ...errors }[code === "BAD_INPUT" ? path.at(-1) : code];
  if (texts.own[code]) return texts.own[code];
  if (language === "en" && message) return message;
  return filled(said || texts.errors.OTHER, { seconds: message.match(/(\d+) seconds/)?.[1] ?? 60 });
}

/** Where the gateway stands below its host. */
export const prefix = new URL(import.meta.url).pathname.replace(/\/pages\/[^/]*$/, "");

/** The payload of the operation's one field. `errors` are texts for refusals of this operation. */
export async function ask(query, variables, { errors = {} } = {}) {
  let answer;
  try {
    const response = await fetch(`${prefix}/graphql`, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Accept: "application/json",
      },
      body: JSON.stringify({ query, variables }),
      credentials: "same-origin",
    });
    answer = await response.json();
  } catch {
    throw new Refusal(texts.own.OFFLINE);
  }
  const [error] = answer.errors || [];
  if (error) {
    throw new Refusal(worded({ code: error.extensions?.code, message: error.message }, errors));
  }
  const [found] = Object.values(answer.data);
  if (found?.errors?.length) throw await refusal(found, variables?.input ?? {}, errors);
  return found;
}

async function refusal({ errors: [error], hints = [] }, input, errors) {
  const place = error.path?.at(-1);
  if (language === "en") return new Refusal(worded(error, errors));
  if (error.code === "BAD_INPUT" && ["password", "newPassword"].includes(place)) {
    return new Refusal(await whyNot(input[place], input.login));
  }
  const more = hints.map((hint) => texts.hints[hint]);
  return new Refusal([worded(error, errors), ...more].join(" "));
}

/** Why a password may not be chosen; what is not known here is about the names of its owner. */
async function whyNot(password, login) {
  const { refusalCode } = await ask(CHECK, { input: { password, login } });
  return texts.refusals[refusalCode ?? "NAMED"];
}

/** The part of the address that browsers keep to themselves; it does not stay in the history. */
export function takeFragment() {
  let fragment = location.hash.slice(1);
  try {
    fragment = decodeURIComponent(fragment);
  } catch {} // a link that was cut off: it is told that it is none
  if (fragment) history.replaceState(null, "", location.pathname + location.search);
  return fragment;
}

/** Have the links to other languages carry along what was behind the #. */
export function carryAlong(fragment) {
  for (const link of document.querySelectorAll("nav a"))
    link.addEventListener("click", () => {
      link.hash = fragment();
    });
}

export function tell(problem) {
  at("problem").textContent = problem;
  if (problem) at("problem").scrollIntoView({ block: "nearest" });
}

/** Have a form do this; what is refused is told, and the form is used once at a time. */
export function on(form, act) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    tell("");
    if (!form.checkValidity() && [...form.elements].some((each) => each.validity.valueMissing)) {
      form.querySelector(":invalid").focus();
      return tell(texts.empty);
    }
    button.disabled = true;
    try {
      await act();
    } catch (problem) {
      if (!(problem instanceof Refusal)) throw problem;
      tell(problem.message);
    } finally {
      button.disabled = false;
    }
  });
}

/** Tell how strong a password is as it is typed. */
export function measure(id, login = () => null) {
  let timer;
  let newest = 0;
  at(id).addEventListener("input", () => {
    clearTimeout(timer);
    const turn = ++newest;
    timer = setTimeout(async () => {
      const password = at(id).value;
      let said = "";
      try {
        const found = password && (await ask(CHECK, { input: { password, login: login() } }));
        if (found) said = texts.refusals[found.refusalCode] ?? texts.strengths[found.strength];
      } catch {} // it is measured again when it is sent
      if (turn === newest) at(`${id}-strength`).textContent = said;
    }, 300);
  });
}

/** Go on with a sign-in at `/sign-in`, which has all ways and comes back to this page. */
export function goOnAtSignIn(step) {
  const next = new URLSearchParams({ next: location.pathname });
  location.assign(`${prefix}/sign-in?${next}#${new URLSearchParams(step)}`);
}

/** Sign in; where a code is needed too, have the form ask for it. Then act with the session. Who has
 * no app for codes goes on `elsewhere`. */
export function signingIn(form, { login, password, act, elsewhere = null }) {
  let challenge;
  const step = at("second-step");
  on(form, async () => {
    const input = { login: at(login).value, password: at(password).value };
    const begun = await ask(SIGN_IN, { input });
    challenge = begun.secondFactor?.challenge;
    if (challenge && elsewhere && !begun.secondFactor.app) return elsewhere({ challenge });
    step.hidden = !challenge;
    if (challenge) at("digits").focus();
    else await act(begun);
  });
  on(step, async () => {
    const input = { challenge, code: at("digits").value };
    const begun = await ask(WITH_CODE, { input }, { errors: texts.step_errors });
    at("digits").value = "";
    step.hidden = true;
    await act(begun);
  });
}

export const signOut = () => ask(SIGN_OUT, {});

for (const box of document.querySelectorAll("[data-shows]"))
  box.addEventListener("change", () => {
    for (const id of box.dataset.shows.split(" ")) at(id).type = box.checked ? "text" : "password";
  });
