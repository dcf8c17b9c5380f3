// Signing in: password, second step, passkey, provider; and what is to be done before anything else.
import { beginApp, goTo, openAccount, proven, showCodes } from "./account.js";
import { Refusal, ask, at, language, mutation, on, show, tell, text } from "./ask.js";
import { made, possible, signed } from "./passkeys.js";

const OUTCOME = `mustChangePassword mustSetUpSecondFactor viewer { account { login } }
  secondFactor { challenge app passkey } deviceToken hints`;
const signIn = mutation("signIn", OUTCOME);
const signInWithCode = mutation("signInWithCode", OUTCOME);
const signInWithPasskey = mutation("signInWithPasskey", OUTCOME);
const changePassword = mutation("changePassword");
const checkPassword = mutation("checkPassword", "refusalCode");
const confirmSecondFactor = mutation("confirmSecondFactor", "recoveryCodes");
const beginPasskey = mutation("beginPasskey", "options");
const addPasskey = mutation("addPasskey", "recoveryCodes");
const register = mutation("register", "login");
const linkIdentity = mutation("linkIdentity");

let password = null; // as long as the page is open, to be asked for once
let challenge = null;
let linking = false; // whether whom a provider has named is added once somebody is signed in

/** A page of ours to go on to; never one of another site. */
function onward() {
  const next = new URLSearchParams(location.search).get("next") ?? sessionStorage.getItem("next");
  sessionStorage.removeItem("next");
  const address = next && URL.parse(next, location.origin);
  return address && address.origin === location.origin ? address.href : null;
}

async function goOn(outcome) {
  if (outcome.deviceToken) localStorage.setItem("gradebook-device", outcome.deviceToken);
  if (outcome.secondFactor) return askSecond(outcome.secondFactor);
  if (outcome.mustChangePassword) return askToChange();
  if (outcome.mustSetUpSecondFactor) return show("protect");
  return arrive();
}

function askSecond(step) {
  challenge = step.challenge;
  show("second");
  at("second-passkey").hidden = !step.passkey || !possible;
}

function askToChange() {
  show("change");
  at("old").value = password ?? "";
}

async function arrive() {
  localStorage.removeItem("gradebook:left"); // the diary would end the session of who has left it
  const added = linking;
  if (linking) await proven(linkIdentity, password);
  linking = false;
  password = null;
  const address = onward();
  return address && !added ? location.replace(address) : openAccount();
}

on(at("password-form"), async () => {
  password = at("password").value;
  at("hint").textContent = "";
  const deviceToken = localStorage.getItem("gradebook-device");
  const given = { login: at("login").value, password, remember: at("remember").checked };
  try {
    await goOn(await signIn({ ...given, deviceToken }));
  } catch (problem) {
    tell(problem, { UNAUTHENTICATED: "wrong" });
    if (language === "en" && problem.payload?.hints?.length)
      at("hint").textContent = problem.message;
  }
});
const wrongPasskey = { UNAUTHENTICATED: "wrong-passkey" };
on(
  at("passkey"),
  async () => {
    const credential = await signed(null);
    await goOn(await signInWithPasskey({ credential, remember: at("remember").checked }));
  },
  wrongPasskey,
);
on(
  at("second-passkey"),
  async () => goOn(await signInWithPasskey({ credential: await signed(challenge), challenge })),
  wrongPasskey,
);
on(
  at("second-form"),
  async () => {
    const trustDevice = at("trust").checked;
    await goOn(await signInWithCode({ challenge, code: at("code").value, trustDevice }));
  },
  { UNAUTHENTICATED: "wrong-code" },
);
on(
  at("change-form"),
  async () => {
    const newPassword = at("new").value;
    if (newPassword !== at("again").value) throw new Refusal({ code: "differ" });
    await changePassword({ oldPassword: at("old").value, newPassword }).catch(async (problem) => {
      if (problem.code !== "BAD_INPUT" || problem.place !== "newPassword") throw problem;
      const { refusalCode } = await checkPassword({ password: newPassword });
      throw new Refusal({ code: `refused-${refusalCode ?? "NAMED"}`, message: problem.message });
    });
    password = newPassword;
    // What else is to be done, such as a second factor, the sign-in tells.
    await ask("{ viewer { account { login } } }").then(arrive, () => show("protect"));
  },
  { UNAUTHENTICATED: "wrong" },
);
on(at("protect-app"), () => proven(beginApp, password));
on(
  at("app-form"),
  async () => showCodes((await confirmSecondFactor({ code: at("first-code").value })).recoveryCodes),
  { UNAUTHENTICATED: "wrong-code" },
);
on(at("protect-passkey"), () =>
  proven(async (proof) => {
    const { options } = await beginPasskey(proof);
    const added = { credential: await made(options), name: text("this-device") };
    await showCodes((await addPasskey(added)).recoveryCodes);
  }, password),
);
on(at("kept"), arrive);
on(at("code-form"), async () => {
  await register({ code: at("access-code").value, identity: true, language });
  linking = false;
  await arrive();
});
for (const button of document.querySelectorAll("[data-provider]"))
  on(button, () => goTo(button.dataset.provider, false));
for (const element of document.querySelectorAll("[data-passkeys]")) element.hidden = !possible;

/** What stands behind the # of the address; it does not stay in the history. */
function fragment() {
  const told = new URLSearchParams(location.hash.slice(1));
  history.replaceState(null, "", location.pathname + location.search);
  return told;
}

async function nameWhom() {
  const found = await ask("{ pendingIdentity { name issuer } }");
  for (const each of document.querySelectorAll(".whom"))
    each.textContent = found?.name ?? found?.issuer ?? "";
}

async function open() {
  const told = fragment();
  const state = told.get("state");
  if (told.get("challenge"))
    return askSecond({ challenge: told.get("challenge"), passkey: told.get("passkey") !== "0" });
  if (state === "change") return askToChange();
  if (state === "protect") return show("protect");
  const viewer = await ask("{ viewer { account { login } } }").catch(() => null);
  linking = state === "unknown" || state === "linking";
  // Whom a provider has named is added to an account only where somebody has asked for that.
  if (viewer && state !== "unknown" && !told.get("problem")) return arrive();
  if (viewer && state !== "unknown") await openAccount();
  else show("enter");
  if (linking) {
    await nameWhom();
    at("unknown").hidden = at("code-form").hidden = false;
  }
  if (told.get("problem")) throw new Refusal({ code: told.get("problem") });
}

open().catch((problem) => tell(problem));
