// Asks for a link, and sets a new password by it.

import { Refusal, ask, at, carryAlong, language, measure, on, takeFragment, texts } from "./page.js";

const REQUEST = `mutation ($input: RequestPasswordCodeInput!) {
  requestPasswordCode(input: $input) { errors { code message path } } }`;
const SET = `mutation ($input: SetPasswordInput!) {
  setPassword(input: $input) { errors { code message path } } }`;
let code = "";

function show() {
  at("set").hidden = !code;
  at("request").hidden = Boolean(code);
  at("handed-out").hidden = Boolean(code);
  at("done").hidden = true;
  at(code ? "new" : "login").focus();
}

function finish() {
  for (const id of ["set", "request", "handed-out"]) at(id).hidden = true;
  for (const id of ["new", "again"]) at(id).value = "";
  at("done").hidden = false;
}

function insistOnTheSame(one, other) {
  if (at(one).value !== at(other).value) throw new Refusal(texts.differ);
}

const takeCode = () => {
  code = takeFragment() || code;
  show();
};
addEventListener("hashchange", takeCode);
takeCode();
carryAlong(() => code);
measure("new");

on(at("request"), async () => {
  at("request-note").textContent = "";
  await ask(REQUEST, { input: { login: at("login").value, language } });
  at("request-note").textContent = texts.sent;
});

on(at("set"), async () => {
  insistOnTheSame("new", "again");
  const input = { code, newPassword: at("new").value };
  await ask(SET, { input }, { errors: texts.password_errors });
  finish();
});
