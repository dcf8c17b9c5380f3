/** An answer in a conversation: what is begun is kept as a draft, what is sent waits for the network. */
import { type FormEvent, useEffect, useState } from "react";
import { useClient } from "urql";
import { KeepDraftDocument } from "../generated/graphql";
import { drop, enter, useOutbox } from "../outbox";
import { postChanged } from "../post";
import { t } from "../texts";
import { refusalText } from "../ui/notices";

const PAUSE = 600;

interface Props {
  conversation: string;
  draft: string | null;
  /** The message whose author alone is answered. */
  alone?: { id: string; by: string };
  /** Whether an answer reaches all, though each of theirs reaches the viewer alone. */
  toAll: boolean;
  onToAll: () => void;
}

export function Answer({ conversation, draft, alone, toAll, onToAll }: Props) {
  const [typed, setTyped] = useState<string>();
  const { type, settled } = useDraft(conversation);
  const of = `message:${conversation}`;
  const unsent = useOutbox().filter((one) => one.of === of);
  const text = typed ?? draft ?? "";

  function write(next: string) {
    setTyped(next);
    type(next);
  }

  async function send(event: FormEvent) {
    event.preventDefault();
    if (text.trim() === "") return;
    setTyped("");
    await settled();
    onToAll();
    await enter("SendMessage", { conversation, text, onlyTo: alone?.id ?? null }, of, text);
    postChanged();
  }

  return (
    <>
      <ul className="notices">
        {unsent.map(({ key, shows, refused }) => (
          <li key={key}>
            <p>{shows}</p>
            <small>{refused ? <span role="alert" className="problem">{refusalText(refused)}</span> : t("to_be_sent")}</small>{" "}
            {refused && (
              <button type="button" className="quiet" onClick={() => { drop(key); write(shows); }}>{t("change_it")}</button>
            )}
          </li>
        ))}
      </ul>
      <form className="fields" onSubmit={(event) => void send(event)}>
        <label htmlFor="text">{alone ? t("answer_alone", { name: alone.by }) : toAll ? t("message_to_all") : t("your_answer")}</label>
        <textarea id="text" rows={3} required value={text} onChange={({ target }) => write(target.value)} />
        <button type="submit" className="first">{t("send")}</button>
        {alone && <button type="button" onClick={onToAll}>{t("message_to_all")}</button>}
      </form>
    </>
  );
}

/** Keeps what is typed after a pause, and when the page is left; one after the other. */
function useDraft(conversation: string) {
  const client = useClient();
  const [draft] = useState(() => {
    let begun: string | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let kept: Promise<unknown> = Promise.resolve();

    function keep(): void {
      clearTimeout(timer);
      if (begun === undefined) return;
      const input = { conversation, text: begun || null };
      begun = undefined;
      kept = kept.then(() => client.mutation(KeepDraftDocument, { input }).toPromise());
    }

    return {
      keep,
      type(text: string): void {
        begun = text;
        clearTimeout(timer);
        timer = setTimeout(keep, PAUSE);
      },
      /** Forgets what is not kept yet, as it is sent, and waits for what is on its way. */
      settled(): Promise<unknown> {
        clearTimeout(timer);
        begun = undefined;
        return kept;
      },
    };
  });
  useEffect(() => {
    document.addEventListener("visibilitychange", draft.keep);
    return () => {
      document.removeEventListener("visibilitychange", draft.keep);
      draft.keep();
    };
  }, [draft]);
  return draft;
}
