// Registers by a code, or adds the code to the account that there is.

import {
  ask, at, carryAlong, filled, goOnAtSignIn, language, measure, on, signOut, signingIn,
  takeFragment, tell, texts, value,
} from "./page.js";

const WHO = "viewer { account { displayName } children { displayName } }";
const LOOK_UP = `query ($code: String!) {
  registrationByCode(code: $code) { givenName classGroup errors { code message path } } }`;
const REGISTER = `mutation ($input: RegisterInput!) {
  register(input: $input) { login ${WHO} errors { code message path } } }`;
const ADD = `mutation ($input: AddByCodeInput!) {
  addByCode(input: $input) { ${WHO} errors { code message path } } }`;

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

async function addAfter({ mustChangePassword, mustSetUpSecondFactor }) {
  if (mustChangePassword) return elsewhere({ state: "change" });
  if (mustSetUpSecondFactor) return elsewhere({ state: "protect" });
  await add();
}

/** To what is to be done first, and back to this page, which finds the code again. */
function elsewhere(step) {
  sessionStorage.setItem("code", at("code").value);
  goOnAtSignIn(step);
}

function finish(outcome, viewer) {
  localStorage.removeItem("gradebook:left"); // the diary would end the session of who has left it
  const names = viewer.children.map((child) => child.displayName).join(", ");
  for (const id of ["code", "password", "own-password"]) at(id).value = "";
  for (const id of ["your-login", "mailed", "password-strength"]) at(id).textContent = "";
  at("outcome").textContent = outcome;
  at("children").textContent = names ? filled(texts.children, { names }) : "";
  show("done");
  at("outcome").focus();
}

on(at("with-code"), lookUp);
on(at("here"), add);
on(at("register"), register);
signingIn(at("sign-in"), { login: "own-login", password: "own-password", act: addAfter, elsewhere });
measure("password", () => value("login"));
carryAlong(() => at("code").value);

function again() {
  tell("");
  at("code").value = "";
  show("with-code");
  at("code").focus();
}
for (const button of document.querySelectorAll("[data-again]"))
  button.addEventListener("click", again);
for (const button of document.querySelectorAll("[data-signs-out]"))
  button.addEventListener("click", async () => {
    const { providerUrl } = await signOut();
    if (providerUrl) return location.assign(providerUrl); // it ends there too
    at("here").hidden = true;
    if (at("account").hidden) again();
    else at("new").open = true;
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
