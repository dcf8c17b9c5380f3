/** Sending a form that adds or changes something: once at a time; afterwards all is asked for again. */
import { type FormEvent, useState } from "react";
import { needsAll } from "../epoch";
import { whyNotUploaded } from "../files";
import type { Refusal } from "../outbox";

/** Leads whoever has typed to the field that a refusal is about, where the form has it. */
function pointAt(form: HTMLFormElement, { path = [] }: Refusal): void {
  const name = path.findLast((each) => form.elements.namedItem(each));
  const found = name === undefined ? null : form.elements.namedItem(name);
  const field = found instanceof RadioNodeList ? found[0] : found;
  if (!(field instanceof HTMLElement)) return;
  field.setAttribute("aria-invalid", "true");
  field.focus();
}

export function useForm(write: (fields: FormData) => Promise<Refusal | undefined>) {
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();

  async function send(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const form = event.currentTarget;
    setBusy(true);
    setDone(false);
    for (const field of form.elements) field.removeAttribute("aria-invalid");
    try {
      const refused = await write(new FormData(form));
      setRefusal(refused);
      if (refused) return pointAt(form, refused);
      form.reset();
      setDone(true);
      needsAll();
    } catch (failure) {
      setRefusal(whyNotUploaded(failure));
    } finally {
      setBusy(false);
    }
  }

  return { busy, done, refusal, send };
}
