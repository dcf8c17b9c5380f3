/** What dictionaries and the school's glossaries say of a word. */
import { type FormEvent, useState } from "react";
import { useClient } from "urql";
import { useData } from "../epoch";
import { AddTermDocument, AddWordDocument, GlossariesDocument, type GlossariesQuery, type GlossaryOfFragment, LookUpDocument } from "../generated/graphql";
import { type Refusal, refusalOf } from "../outbox";
import { type Viewer, leads } from "../session";
import { t } from "../texts";
import { Problem, RefusalNotice, Waiting } from "../ui/notices";

interface Props {
  viewer: Viewer;
  onAdded: () => void;
}

export function LookUp({ viewer, onAdded }: Props) {
  const [word, setWord] = useState("");
  const asked = useData(LookUpDocument, { word }, word === "");
  const glossaries = useData(GlossariesDocument, { word: word || null, head: leads(viewer) });
  const [refusal, setRefusal] = useState<Refusal>();
  const client = useClient();
  const subjects = subjectsOf(glossaries.data?.viewer);

  function lookUp(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setWord(String(new FormData(event.currentTarget).get("word")).trim());
  }

  async function learn(input: { word: string; meaning: string; language?: string | null }) {
    const refused = refusalOf(await client.mutation(AddWordDocument, { input }).toPromise());
    setRefusal(refused);
    if (!refused) onAdded();
  }

  const found = asked.data?.viewer;
  const languages = new Map(found?.dictionaries.map((one) => [one.id, one]));
  const terms = subjects.flatMap(({ name, glossary }) =>
    (glossary?.edges ?? []).flatMap(({ node }) => (node && !node.withdrawn ? [{ ...node, subject: name }] : [])),
  );
  const nothing = word !== "" && found?.lookUp.length === 0 && terms.length === 0;
  return (
    <section aria-labelledby="look-up">
      <h2 id="look-up">{t("look_up")}</h2>
      <form className="fields" role="search" onSubmit={lookUp}>
        <label htmlFor="word">{t("word")}</label>
        <input id="word" name="word" maxLength={200} required autoComplete="off" />
        <button type="submit" className="first">{t("look_up")}</button>
      </form>
      <RefusalNotice refusal={refusal} />
      {asked.waiting && word !== "" && <Waiting />}
      {asked.error && word !== "" && !found && <Problem error={asked.error} />}
      {nothing && <p role="status">{t("not_found")}</p>}
      {word !== "" && (
        <ul className="notices entries" aria-label={t("dictionaries")}>
          {found?.lookUp.map((one, place) => {
            const dictionary = languages.get(one.dictionary);
            const meaning = meaningOf(one.text);
            return (
              <li key={place}>
                <strong lang={dictionary?.from}>{one.headword}</strong> <small>{dictionary?.title}</small>
                <p className="text" lang={dictionary?.to}>{meaning}</p>
                <button type="button" className="quiet" aria-label={`${t("learn")}: ${one.headword}`}
                  onClick={() => void learn({ word: one.headword, meaning: meaning.slice(0, 1000), language: dictionary?.from })}>
                  {t("learn")}
                </button>
              </li>
            );
          })}
        </ul>
      )}
      {terms.length > 0 && (
        <>
          <h3>{t("glossaries")}</h3>
          <ul className="notices terms">
            {terms.map((one) => (
              <li key={one.id}>
                <strong lang={one.language ?? undefined}>{one.term}</strong> <small>{one.subject}</small>
                <p className="text">{one.meaning}</p>
                <button type="button" className="quiet" aria-label={`${t("learn")}: ${one.term}`}
                  onClick={() => void learn({ word: one.term ?? "", meaning: (one.meaning ?? "").slice(0, 1000), language: one.language })}>
                  {t("learn")}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
      <NewTerm subjects={subjects} onAdded={glossaries.again} />
    </section>
  );
}

/** The text of an entry without the headword, with which it may begin. */
function meaningOf(text: string): string {
  const [, ...rest] = text.split("\n");
  return (rest.length > 0 ? rest.join("\n") : text).trim();
}

type Found = GlossariesQuery["viewer"];

/** Each subject once that the viewer learns, teaches, or leads. */
function subjectsOf(viewer: Found | undefined): GlossaryOfFragment[] {
  const people = [viewer?.student, viewer?.teacher, ...(viewer?.children ?? [])];
  const learnt = people.flatMap((one) => one?.courses ?? []).flatMap(({ subject }) => subject ?? []);
  const led = (viewer?.schools ?? []).flatMap(({ subjects }) => subjects);
  return [...new Map([...learnt, ...led].map((one) => [one.id, one])).values()];
}

function NewTerm({ subjects, onAdded }: { subjects: GlossaryOfFragment[]; onAdded: () => void }) {
  const client = useClient();
  const [refusal, setRefusal] = useState<Refusal>();
  const may = subjects.filter(({ viewerMay }) => viewerMay.includes("addGlossaryTerm"));
  if (may.length === 0) return null;

  async function add(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const given = new FormData(form);
    const [subject, term, meaning] = ["subject", "term", "meaning"].map((name) => String(given.get(name))) as [string, string, string];
    const refused = refusalOf(await client.mutation(AddTermDocument, { input: { subject, term, meaning } }).toPromise());
    setRefusal(refused);
    if (refused) return;
    form.reset();
    onAdded();
  }

  return (
    <details>
      <summary>{t("add_term")}</summary>
      <form className="fields" onSubmit={(event) => void add(event)}>
        <label htmlFor="term-subject">{t("subject")}</label>
        <select id="term-subject" name="subject">
          {may.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
        </select>
        <label htmlFor="term">{t("term")}</label>
        <input id="term" name="term" maxLength={200} required />
        <label htmlFor="term-meaning">{t("meaning")}</label>
        <input id="term-meaning" name="meaning" required />
        <button type="submit">{t("add")}</button>
        <RefusalNotice refusal={refusal} />
      </form>
    </details>
  );
}
