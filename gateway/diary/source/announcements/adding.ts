/** Sending a form by which something is added: once at a time, and all is asked for again. */
import { type FormEvent, useState } from "react";
import { needsAll } from "../epoch";
import { NotUploaded } from "../files";
import type { Refusal } from "../outbox";

export function useAdding(add: (fields: FormData) => Promise<Refusal | undefined>) {
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();

  async function send(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const form = event.currentTarget;
    setBusy(true);
    setDone(false);
    try {
      const refused = await add(new FormData(form));
      setRefusal(refused);
      if (refused) return;
      form.reset();
      setDone(true);
      needsAll();
    } catch (failure) {
      if (!(failure instanceof NotUploaded)) throw failure;
      setRefusal(failure.refusal);
    } finally {
      setBusy(false);
    }
  }

  return { busy, done, refusal, send };
}
