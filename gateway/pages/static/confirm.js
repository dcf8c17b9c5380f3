// Confirms an address by the link that was mailed to it.

import { ask, at, carryAlong, on, takeFragment, tell, texts } from "./page.js";

const CONFIRM = `mutation ($input: ConfirmEmailInput!) {
  confirmEmail(input: $input) { errors { code message path } } }`;
let code = "";

const takeLink = () => {
  code = takeFragment() || code;
  at("confirm").hidden = !code;
  at("confirmed").textContent = "";
  tell(code ? "" : texts.no_link);
};
addEventListener("hashchange", takeLink);
takeLink();
carryAlong(() => code);
on(at("confirm"), async () => {
  await ask(CONFIRM, { input: { code } }, { errors: texts.link_errors });
  at("confirm").hidden = true;
  at("confirmed").textContent = texts.confirmed;
});
