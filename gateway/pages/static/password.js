// Asks for a code, or sets a new password by the code behind the #.
const at = (id) => document.getElementById(id);
let code = location.hash.slice(1);
try {
  code = decodeURIComponent(code);
} catch {} // a link that was cut off: it is told that it is none
history.replaceState(null, "", location.pathname); // neither history nor a screenshot keeps it

const REQUEST = `mutation ($input: RequestPasswordCodeInput!) {
  requestPasswordCode(input: $input) { errors { message } } }`;
const SET = `mutation ($input: SetPasswordInput!) {
  setPassword(input: $input) { errors { code message path } } }`;
const CHECK = `mutation ($input: CheckPasswordInput!) {
  checkPassword(input: $input) { strength refusal advice errors { message } } }`;

async function ask(query, input) {
  const response = await fetch("/graphql", {
    method: "POST",
    credentials: "omit",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ query, variables: { input } }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(errors[0].message);
  return Object.values(data)[0];
}

function tell(id, text, isError = false) {
  at(id).textContent = text;
  at(id).classList.toggle("error", isError);
}

const shown = code ? "set" : "request";
at(shown).hidden = false;
at(shown).querySelector("input").focus();

at("request").addEventListener("submit", async (event) => {
  event.preventDefault();
  const language = document.documentElement.lang;
  try {
    const { errors } = await ask(REQUEST, { login: at("login").value, language });
    if (errors.length) return tell("request-note", errors[0].message, true);
    tell("request-note", at("sent").textContent);
  } catch (error) {
    tell("request-note", error.message, true);
  }
});

let timer;
let newest = 0;
at("new").addEventListener("input", () => {
  clearTimeout(timer);
  const turn = ++newest;
  timer = setTimeout(async () => {
    const password = at("new").value;
    if (!password) return tell("strength", "");
    try {
      const { strength, refusal, errors } = await ask(CHECK, { password });
      if (turn !== newest || errors.length) return;
      tell("strength", refusal ?? at(strength).textContent, refusal !== null);
    } catch {
      tell("strength", "");
    }
  }, 300);
});

at("set").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (at("new").value !== at("again").value) return tell("set-note", at("differ").textContent, true);
  try {
    const { errors } = await ask(SET, { code, newPassword: at("new").value });
    if (errors.length) return tell("set-note", errors[0].message, true);
    at("set").hidden = true;
    at("done").hidden = false;
  } catch (error) {
    tell("set-note", error.message, true);
  }
});
