/** Sending a form that adds or changes something: once at a time; afterwards all is asked for again. */
import { type FormEvent, createContext, useState } from "react";
import { needsAll } from "../epoch";
import { whyNotUploaded } from "../files";
import type { Refusal } from "../outbox";

/** What was refused, for the fields of the form: the one that it names says so. */
export const RefusedHere = createContext<Refusal | undefined>(undefined);

/** The field of a form that a refusal names, where that field tells of it: the path ends with the
 * field's name. */
function fieldOf(form: HTMLFormElement, { path = [] }: Refusal): HTMLElement | undefined {
  for (let from = 0; from < path.length; from += 1) {
    const found = form.elements.namedItem(path.slice(from).join("."));
    if (found instanceof HTMLElement && "tells" in found.dataset) return found;
  }
  return undefined;
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
    try {
      const refused = await write(new FormData(form));
      const field = refused && fieldOf(form, refused);
      setRefusal(field ? { ...refused, field: field.getAttribute("name") ?? undefined } : refused);
      if (field) {
        field.closest("details")?.setAttribute("open", "");
        setTimeout(() => field.focus());
      }
      if (refused) return;
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
