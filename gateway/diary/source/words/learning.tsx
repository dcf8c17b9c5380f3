/** The words that one learns: those that are due are asked for one by one. */
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useClient } from "urql";
import { useData } from "../epoch";
import { AddWordDocument, type Recall, RemoveWordDocument, ReviewWordDocument, type WordFragment, WordsDocument } from "../generated/graphql";
import { type Refusal, refusalOf } from "../outbox";
import { day, t, word as named } from "../texts";
import { Problem, RefusalNotice, Waiting } from "../ui/notices";

const RECALLS: Recall[] = ["FORGOTTEN", "HARD", "GOOD", "EASY"];

export function Learning() {
  const client = useClient();
  const { data, error, waiting, again } = useData(WordsDocument, { after: null });
  const [refusal, setRefusal] = useState<Refusal>();
  useEffect(again, []); // the feed tells nothing of one's own list
  if (waiting) return <Waiting />;
  if (!data?.viewer) return <Problem error={error} />;
  const { due, words } = data.viewer;
  const [first] = due.edges.flatMap(({ node }) => node ?? []);

  async function review(one: WordFragment, recall: Recall) {
    const input = { id: one.id, expectedVersion: one.version, recall };
    setRefusal(refusalOf(await client.mutation(ReviewWordDocument, { input }).toPromise()));
    again();
  }

  async function remove(id: string) {
    setRefusal(refusalOf(await client.mutation(RemoveWordDocument, { input: { id } }).toPromise()));
    again();
  }

  async function add(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const given = new FormData(form);
    const input = { word: String(given.get("word")), meaning: String(given.get("meaning")) };
    const refused = refusalOf(await client.mutation(AddWordDocument, { input }).toPromise());
    setRefusal(refused);
    if (refused) return;
    form.reset();
    again();
  }

  return (
    <section aria-labelledby="my-words">
      <h2 id="my-words">{t("my_words")} <small>{words.totalCount}</small></h2>
      <p role="status">{t("words_due", { count: due.totalCount })}</p>
      {first && <Card key={`${first.id} ${first.version}`} one={first} onRecall={(recall) => void review(first, recall)} />}
      <RefusalNotice refusal={refusal} />
      <form className="fields" onSubmit={(event) => void add(event)}>
        <label htmlFor="new-word">{t("word")}</label>
        <input id="new-word" name="word" maxLength={200} required autoComplete="off" />
        <label htmlFor="new-meaning">{t("meaning")}</label>
        <input id="new-meaning" name="meaning" maxLength={1000} required autoComplete="off" />
        <button type="submit">{t("add")}</button>
      </form>
      <ul className="notices words">
        {words.edges.flatMap(({ node }) => node ?? []).map((one) => (
          <li key={one.id}>
            <strong lang={one.language ?? undefined}>{one.word}</strong> — {one.meaning}{" "}
            <small>{t("again_on", { date: day(one.dueOn, { day: "numeric", month: "short" }) })}</small>{" "}
            <button type="button" className="quiet no-print" aria-label={`${t("remove")}: ${one.word}`} onClick={() => void remove(one.id)}>
              {t("remove")}
            </button>
          </li>
        ))}
      </ul>
      {words.pageInfo.hasNextPage && <p>{t("and_more")}</p>}
    </section>
  );
}

/** A word, whose meaning is shown when it is asked for. */
function Card({ one, onRecall }: { one: WordFragment; onRecall: (recall: Recall) => void }) {
  const [shown, setShown] = useState(false);
  const answers = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (shown) answers.current?.querySelector("button")?.focus();
  }, [shown]);
  return (
    <div className="paper card no-print" role="group" aria-label={t("repeat")}>
      <p><strong lang={one.language ?? undefined}>{one.word}</strong></p>
      {!shown && <button type="button" className="first" onClick={() => setShown(true)}>{t("show_meaning")}</button>}
      {shown && (
        <>
          <p>{one.meaning}{one.note && <small> {one.note}</small>}</p>
          <div className="choices" ref={answers}>
            {RECALLS.map((recall) => (
              <button key={recall} type="button" onClick={() => onRecall(recall)}>{named("recall", recall)}</button>
            ))}
          </div>
        </>
      )}
    </div>
  );
}
