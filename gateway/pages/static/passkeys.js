// Passkeys: what the browser is asked, and what it answers, as JSON.
import { Refusal, mutation } from "./ask.js";

/** Browsers have no passkeys for addresses of numbers. */
const named = !/^[\d.]+$|:/.test(location.hostname);
export const possible = named && Boolean(window.PublicKeyCredential?.parseRequestOptionsFromJSON);
const beginSignIn = mutation("beginPasskeySignIn", "options");

/** The JSON of what a passkey has signed, to sign in. */
export async function signed(challenge) {
  const { options } = await beginSignIn({ challenge });
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(JSON.parse(options));
  return answered(() => navigator.credentials.get({ publicKey }));
}

/** The JSON of a new passkey. */
export function made(options) {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(JSON.parse(options));
  return answered(() => navigator.credentials.create({ publicKey }));
}

async function answered(asking) {
  try {
    return JSON.stringify((await asking()).toJSON());
  } catch (problem) {
    if (problem instanceof DOMException) throw new Refusal({ code: "no-passkey" });
    throw problem;
  }
}
