// Who is signed in, with their passkeys and providers.
import { Refusal, ask, at, language, mutation, on, post, prefix, show, text } from "./ask.js";
import { made } from "./passkeys.js";

const VIEWER = `{ viewer {
  account { login displayName } schools { id } secondFactor { since }
  passkeys { id name } identities { id name issuer provider } } }`;
const beginPasskey = mutation("beginPasskey", "options");
const addPasskey = mutation("addPasskey", "recoveryCodes");
const renamePasskey = mutation("renamePasskey");
const removePasskey = mutation("removePasskey");
const requirePasskey = mutation("requirePasskey", "recoveryCodes");
const beginSecondFactor = mutation("beginSecondFactor", "secret uri qr");
const unlinkIdentity = mutation("unlinkIdentity");

/** Do what needs another proof of who it is: the sign-in of a moment ago, or else the password. */
export async function proven(act, password = null) {
  try {
    return await act(password ? { password } : {});
  } catch (problem) {
    if (problem.place !== "password" && problem.place !== "code") throw problem;
  }
  return new Promise((resolve, reject) => {
    const dialog = at("proof");
    const form = at("proof-form");
    form.reset();
    at("proof-problem").textContent = "";
    form.onsubmit = async (event) => {
      event.preventDefault();
      const proof = { password: at("proof-password").value, code: at("proof-code").value || null };
      try {
        const done = await act(proof);
        dialog.close();
        resolve(done);
      } catch (problem) {
        if (problem.place === "password" || problem.place === "code")
          return void (at("proof-problem").textContent = text("wrong-proof"));
        dialog.close();
        reject(problem);
      }
    };
    at("proof-cancel").onclick = () => {
      dialog.close();
      resolve();
    };
    dialog.showModal();
  });
}

export async function openAccount() {
  const viewer = await ask(VIEWER);
  show("in");
  at("protect-why").hidden = true; // nobody requires what is begun from here
  at("who").textContent = viewer.account.displayName;
  at("login-name").textContent = viewer.account.login;
  at("nobody").hidden = viewer.schools.length > 0;
  at("require").hidden = viewer.secondFactor.since !== null || !viewer.passkeys.length;
  at("use-app").hidden = viewer.secondFactor.since !== null;
  at("passkeys").replaceChildren(
    ...viewer.passkeys.map((each) =>
      line(each.name, [
        ["rename", () => rename(each)],
        ["remove", () => proven((proof) => removePasskey({ id: each.id, ...proof }))],
      ]),
    ),
  );
  at("identities")?.replaceChildren(
    ...viewer.identities.map((each) =>
      line([each.name, each.provider ?? each.issuer].filter(Boolean).join(", "), [
        ["remove", () => proven((proof) => unlinkIdentity({ id: each.id, ...proof }))],
      ]),
    ),
  );
  for (const button of document.querySelectorAll("[data-link]"))
    button.hidden = viewer.identities.some(({ provider }) => provider === button.dataset.link);
}

function line(name, acts) {
  const item = document.createElement("li");
  item.append(name);
  for (const [what, act] of acts) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text(what);
    button.setAttribute("aria-label", `${text(what)}: ${name}`);
    on(button, async () => (await act(), await openAccount()), {
      IN_USE: "last",
      FORBIDDEN: "required",
    });
    item.append(" ", button);
  }
  return item;
}

async function rename({ id, name }) {
  const wanted = prompt(text("rename"), name);
  if (wanted) await renamePasskey({ id, name: wanted });
}

/** Recovery codes, once; where there are none, on to the account. */
export async function showCodes(codes) {
  if (!codes?.length) return openAccount();
  at("recovery").replaceChildren(
    ...codes.map((code) => Object.assign(document.createElement("li"), { textContent: code })),
  );
  return show("codes");
}

export async function beginApp(proof) {
  const { secret, uri, qr } = await beginSecondFactor(proof);
  show("protect");
  at("secret").textContent = secret.match(/.{1,4}/g).join(" ");
  at("otpauth").href = uri;
  at("qr").src = qr;
  at("app-form").hidden = false;
  at("first-code").focus();
}

/** To the provider, and back to this page. */
export async function goTo(provider, link) {
  const deviceToken = localStorage.getItem("gradebook-device");
  const asked = { link, language, remember: at("remember").checked, deviceToken };
  const { address, problem } = await post(`${prefix}/sign-in/with/${provider}`, asked);
  if (!address) throw new Refusal({ code: problem ?? "OFFLINE" });
  const next = new URLSearchParams(location.search).get("next");
  if (next && !link) sessionStorage.setItem("next", next);
  location.assign(address);
}

on(at("passkey-form"), async () => {
  const name = at("passkey-name").value;
  const done = await proven(async (proof) => {
    const { options } = await beginPasskey(proof);
    return addPasskey({ credential: await made(options), name });
  });
  at("passkey-form").reset();
  await showCodes(done?.recoveryCodes);
});
on(at("require"), async () => showCodes((await proven(requirePasskey))?.recoveryCodes));
on(at("use-app"), () => proven(beginApp));
on(at("sign-out"), async () => {
  const out = await ask("mutation { signOut { providerUrl errors { code message path } } }");
  localStorage.removeItem("gradebook-device");
  location.assign(out.providerUrl ?? `${prefix}/sign-in`);
});
for (const button of document.querySelectorAll("[data-link]"))
  on(button, () => goTo(button.dataset.link, true));
