"use strict";

const texts = JSON.parse(document.getElementById("texts").textContent);
const language = document.documentElement.lang;
const at = (id) => document.getElementById(id);
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const WHO = "viewer { account { displayName } children { displayName } }";
const LOOK_UP = `query ($code: String!) {
  registrationByCode(code: $code) { givenName classGroup errors { code message path } } }`;
const REGISTER = `mutation ($input: RegisterInput!) {
  register(input: $input) { login ${WHO} errors { code message path } } }`;
const ADD = `mutation ($input: AddByCodeInput!) {
  addByCode(input: $input) { ${WHO} errors { code message path } } }`;
const SIGN_IN = `mutation ($input: SignInInput!) { signIn(input: $input) {
  secondFactor { challenge passkey } mustChangePassword mustSetUpSecondFactor
  errors { code message path } } }`;
const CONFIRM = `mutation ($input: ConfirmEmailInput!) {
  confirmEmail(input: $input) { errors { code message path } } }`;

/** What is refused, for the person to read. */
class Refusal extends Error {}

function refusal({ code, message, path = [] }) {
  const place = path[path.length - 1];
  const known = code === "BAD_INPUT" ? texts.errors[place] : texts.errors[code];
  return new Refusal(known || message);
}

async function ask(query, variables) {
  let answer;
  try {
    const response = await fetch("/graphql", {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify({ query, variables }),
      credentials: "same-origin",
    });
    answer = await response.json();
  } catch {
    throw new Refusal(texts.errors.OFFLINE);
  }
  const [error] = answer.errors || [];
  if (error) throw refusal({ code: error.extensions?.code, message: error.message });
  const [found] = Object.values(answer.data);
  if (found?.errors?.length) throw refusal(found.errors[0]);
  return found;
}

/** The part of the address that browsers keep to themselves; it does not stay in the history. */
function takeFragment() {
  let fragment = location.hash.slice(1);
  try {
    fragment = decodeURIComponent(fragment);
  } catch {} // a link that was cut off: it is told that it is none
  if (fragment) history.replaceState(null, "", location.pathname + location.search);
  return fragment;
}

/** Have a form do this; what is refused is told, and the form is used once at a time. */
function on(form, act) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    at("problem").textContent = "";
    button.disabled = true;
    try {
      await act();
    } catch (problem) {
      if (!(problem instanceof Refusal)) throw problem;
      at("problem").textContent = problem.message;
      at("problem").scrollIntoView({ block: "nearest" });
    } finally {
      button.disabled = false;
    }
  });
}

function show(name) {
  for (const part of ["with-code", "account", "done"]) at(part).hidden = part !== name;
}

async function signedIn() {
  try {
    return (await ask("{ viewer { account { displayName } } }"))?.account;
  } catch {
    return null; // nobody, or a session that has ended
  }
}

async function lookUp() {
  const found = await ask(LOOK_UP, { code: at("code").value });
  at("whom").textContent = filled(texts.welcome, { name: found.givenName });
  at("of-class").textContent = found.classGroup
    ? filled(texts.class, { name: found.classGroup })
    : "";
  const account = await signedIn();
  at("here").hidden = !account;
  if (account) at("add-here").textContent = filled(texts.add_here, { name: account.displayName });
  at("new").open = !account;
  show("account");
}

const value = (id) => at(id).value.trim() || null;

async function register() {
  const email = value("email");
  const made = await ask(REGISTER, {
    input: {
      code: at("code").value,
      name: value("name"),
      email,
      login: value("login"),
      password: at("password").value,
      language,
    },
  });
  finish(texts.done, made.viewer);
  at("your-login").textContent = filled(texts.your_login, { login: `${made.login}.` });
  at("your-login").dataset.login = made.login;
  at("mailed").textContent = email ? filled(texts.mailed, { email }) : "";
}

async function add() {
  finish(texts.added, (await ask(ADD, { input: { code: at("code").value } })).viewer);
}

async function signInAndAdd() {
  const found = await ask(SIGN_IN, {
    input: { login: at("own-login").value, password: at("own-password").value },
  });
  const step = nextStep(found);
  if (!step) return add();
  sessionStorage.setItem("code", at("code").value); // for this page, once they are in
  location.assign(`/sign-in?next=/register#${new URLSearchParams(step)}`);
}

/** What `/sign-in` has to ask for before anything else, as it is told behind its `#`. */
function nextStep({ secondFactor, mustChangePassword, mustSetUpSecondFactor }) {
  if (secondFactor) {
    const passkey = secondFactor.passkey ? "1" : "0";
    return { challenge: secondFactor.challenge, passkey };
  }
  if (mustChangePassword) return { state: "change" };
  return mustSetUpSecondFactor ? { state: "protect" } : null;
}

function finish(outcome, viewer) {
  const names = viewer.children.map((child) => child.displayName).join(", ");
  for (const id of ["code", "password", "own-password"]) at(id).value = "";
  for (const id of ["your-login", "mailed"]) at(id).textContent = "";
  at("outcome").textContent = outcome;
  at("children").textContent = names ? filled(texts.children, { names }) : "";
  show("done");
  at("outcome").focus();
}

function beginRegistration() {
  on(at("with-code"), lookUp);
  on(at("here"), add);
  on(at("register"), register);
  on(at("sign-in"), signInAndAdd);
  at("show").addEventListener("change", () => {
    at("password").type = at("show").checked ? "text" : "password";
  });
  for (const again of document.querySelectorAll("[data-again]"))
    again.addEventListener("click", () => {
      at("problem").textContent = "";
      at("code").value = "";
      show("with-code");
      at("code").focus();
    });
  const takeCode = () => {
    const code = takeFragment() || sessionStorage.getItem("code");
    sessionStorage.removeItem("code");
    if (!code) return;
    show("with-code");
    at("code").value = code;
    at("with-code").requestSubmit();
  };
  addEventListener("hashchange", takeCode);
  takeCode();
}

function beginConfirmation() {
  Object.assign(texts.errors, { NOT_FOUND: "", CODE_USED: "", CODE_EXPIRED: "" }, texts.link_errors);
  let code = "";
  const takeLink = () => {
    code = takeFragment() || code;
    at("confirm").hidden = !code;
    at("confirmed").textContent = "";
    at("problem").textContent = code ? "" : texts.no_link;
  };
  addEventListener("hashchange", takeLink);
  takeLink();
  on(at("confirm"), async () => {
    await ask(CONFIRM, { input: { code } });
    at("confirm").hidden = true;
    at("confirmed").textContent = texts.confirmed;
  });
}

if (at("confirm")) beginConfirmation();
else beginRegistration();
