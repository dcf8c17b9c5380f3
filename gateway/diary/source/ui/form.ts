/** Sending a form that adds or changes something: once at a time; afterwards all is asked for again. */
import { type FormEvent, useState } from "react";
import { needsAll } from "../epoch";
import { whyNotUploaded } from "../files";
import type { Refusal } from "../outbox";

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
      setRefusal(refused);
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
