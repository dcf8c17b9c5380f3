import { type FormEvent, type ReactNode, useState } from "react";
import type { AnyVariables, TypedDocumentNode } from "@urql/core";
import { useClient } from "urql";
import { type Refusal, refusalOf } from "../outbox";
import { t } from "../texts";
import { refusalText } from "../ui/notices";

interface Props {
  document: TypedDocumentNode<object, AnyVariables>;
  /** The mutation's input, of what was typed. */
  input: (typed: (name: string) => string) => Record<string, unknown>;
  button: string;
  /** What is said once it is done. */
  done: string;
  onDone?: () => void;
  children: ReactNode;
}

/** A form that is one mutation at the account; what was typed goes once it is done. */
export function AccountForm({ document, input, button, done, onDone, children }: Props) {
  const client = useClient();
  const [refusal, setRefusal] = useState<Refusal>();
  const [state, setState] = useState<"busy" | "done">();

  async function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const fields = new FormData(form);
    setState("busy");
    const asked = { input: input((name) => String(fields.get(name) ?? "").trim()) };
    const refused = refusalOf(await client.mutation(document, asked).toPromise());
    setRefusal(refused);
    setState(refused ? undefined : "done");
    if (refused) return;
    form.reset();
    onDone?.();
  }

  return (
    <form className="fields" onSubmit={(event) => void send(event)}>
      {children}
      <button type="submit" disabled={state === "busy"}>{button}</button>
      {state === "done" && <p role="status">{done}</p>}
      {refusal && <p role="alert" className="problem">{refusal.code === "UNAUTHENTICATED" ? t("password_wrong") : refusalText(refusal)}</p>}
    </form>
  );
}
