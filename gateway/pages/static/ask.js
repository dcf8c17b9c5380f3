// What the pages have in common: asking /graphql, showing parts, and telling what is refused.
export const at = (id) => document.getElementById(id);
export const language = document.documentElement.lang;

/** What is refused; `code` and `place` say why, for a sentence in the page's language. */
export class Refusal extends Error {
  constructor({ code = "", message = "", path = [] }) {
    super(message);
    this.code = code;
    this.place = path[path.length - 1];
  }
}

/** A sentence of the page by its name, or null. */
export function text(name) {
  return document.querySelector(`[data-text="${CSS.escape(name)}"]`)?.textContent ?? null;
}

/** Where the gateway stands below its host. */
export const prefix = new URL(import.meta.url).pathname.replace(/\/pages\/[^/]*$/, "");

/** The first field of the answer; what is refused is thrown. */
export async function ask(query, variables = {}) {
  const answer = await post(`${prefix}/graphql`, { query, variables });
  const [error] = answer.errors ?? [];
  if (error) throw new Refusal({ code: error.extensions?.code, message: error.message });
  const [found] = Object.values(answer.data);
  if (found?.errors?.length) throw Object.assign(new Refusal(found.errors[0]), { payload: found });
  return found;
}

export async function post(address, body) {
  try {
    const response = await fetch(address, {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify(body),
    });
    return await response.json();
  } catch {
    throw new Refusal({ code: "OFFLINE" });
  }
}

export function mutation(name, shows = "") {
  const input = `${name[0].toUpperCase()}${name.slice(1)}Input`;
  const query = `mutation ($input: ${input}!) { ${name}(input: $input) { ${shows} errors { code message path } } }`;
  return (given = {}) => ask(query, { input: given });
}

export function show(name) {
  for (const section of document.querySelectorAll("section")) section.hidden = section.id !== name;
  at("problem").textContent = "";
  at("hint").textContent = "";
  at(name).querySelector("input:not([type=checkbox]), button, a")?.focus();
}

/** Tell what is refused, by `sentences` of this place where the general ones do not do. */
export function tell(problem, sentences = {}) {
  if (!(problem instanceof Refusal)) throw problem;
  const name = sentences[problem.code] ?? problem.code;
  at("problem").textContent = text(name) ?? problem.message;
}

/** Have a form or a button do this, once at a time. */
export function on(element, act, sentences = {}) {
  const form = element instanceof HTMLFormElement;
  element.addEventListener(form ? "submit" : "click", async (event) => {
    event.preventDefault();
    const button = form ? element.querySelector("button") : element;
    at("problem").textContent = "";
    button.disabled = true;
    try {
      await act(element);
    } catch (problem) {
      tell(problem, sentences);
    } finally {
      button.disabled = false;
    }
  });
}
