/** An answer in a conversation: what is begun is kept as a draft, what is sent waits for the network. */
import { type FormEvent, useState } from "react";
import { useClient } from "urql";
import { filesOf, uploadAll, whyNotUploaded } from "../files";
import { KeepDraftDocument } from "../generated/graphql";
import { type Refusal, enter } from "../outbox";
import { postChanged } from "../post";
import { t } from "../texts";
import { FilesField } from "../ui/files";
import { RefusalNotice } from "../ui/notices";
import { Unsent } from "../ui/unsent";
import { useDraft } from "./draft";

interface Props {
  conversation: string;
  school: string;
  draft: string | null;
  /** The message whose author alone is answered. */
  alone?: { id: string; by: string };
  /** Whether an answer reaches all, though each of theirs reaches the viewer alone. */
  toAll: boolean;
  onToAll: () => void;
}

export function Answer({ conversation, school, draft, alone, toAll, onToAll }: Props) {
  const client = useClient();
  const [typed, setTyped] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  const { type, settled } = useDraft((begun: string) =>
    client.mutation(KeepDraftDocument, { input: { conversation, text: begun || null } }).toPromise(),
  );
  const of = `message:${conversation}`;
  const text = typed ?? draft ?? "";

  function write(next: string) {
    setTyped(next);
    type(next);
  }

  async function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (text.trim() === "") return;
    const form = event.currentTarget;
    const files = await attached(filesOf(new FormData(form)));
    if (!files) return;
    form.reset();
    setTyped("");
    await settled();
    onToAll();
    await enter("SendMessage", { conversation, text, files, onlyTo: alone?.id ?? null }, of, text, { stays: true });
    postChanged();
  }

  /** The ids of the files once they are uploaded; undefined where that failed. */
  async function attached(files: File[]): Promise<string[] | undefined> {
    setRefusal(undefined);
    setBusy(true);
    try {
      return await uploadAll(files, school, "MESSAGE");
    } catch (failure) {
      setRefusal(whyNotUploaded(failure));
      return undefined;
    } finally {
      setBusy(false);
    }
  }

  return (
    <>
      <Unsent of={of} onChange={write} />
      <form className="fields" onSubmit={(event) => void send(event)}>
        <label htmlFor="text">{alone ? t("answer_alone", { name: alone.by }) : toAll ? t("message_to_all") : t("your_answer")}</label>
        <textarea id="text" rows={3} required value={text} onChange={({ target }) => write(target.value)} />
        <FilesField />
        <button type="submit" className="first" disabled={busy}>{t("send")}</button>
        <RefusalNotice refusal={refusal} />
        {alone && <button type="button" onClick={onToAll}>{t("message_to_all")}</button>}
      </form>
    </>
  );
}
