/** A new conversation: with people found by their names, with the office, or with the families of a
 * class that one leads. */
import { type FormEvent, useDeferredValue, useRef, useState } from "react";
import { useClient } from "urql";
import { useLocation } from "wouter";
import { useData } from "../epoch";
import { NotUploaded, filesOf, uploadAll } from "../files";
import {
  ClassesLedDocument,
  CorrespondentsDocument,
  type CorrespondentsQuery,
  StartConversationDocument,
  type StartConversationInput,
} from "../generated/graphql";
import { type Refusal, newKey, refusalOf } from "../outbox";
import { postChanged } from "../post";
import { t, word } from "../texts";
import { Problem, refusalText } from "../ui/notices";

type Person = NonNullable<NonNullable<CorrespondentsQuery["school"]>["correspondents"]>[number];
type Chosen = { of: string; name: string; input: Partial<StartConversationInput>; alone: boolean };

const LISTS = { STUDENT: "students", GUARDIAN: "guardians", TEACHER: "teachers" } as const;

const theOffice = (): Chosen => ({ of: "office", name: t("the_office"), input: { toOffice: true }, alone: true });

function chosenOf({ id, role, name }: Person): Chosen | null {
  if (role === "OFFICE") return theOffice();
  return id ? { of: id, name, input: { [LISTS[role]]: [id] }, alone: false } : null;
}

/** The addressees of all: named people together, or else one group. */
function addressed(chosen: Chosen[]): Partial<StartConversationInput> {
  const [first] = chosen;
  if (first?.alone) return first.input;
  const of = (list: "students" | "guardians" | "teachers") => chosen.flatMap(({ input }) => input[list] ?? []);
  return { students: of("students"), guardians: of("guardians"), teachers: of("teachers") };
}

export function Begin({ school }: { school: string }) {
  const client = useClient();
  const [, go] = useLocation();
  const [chosen, setChosen] = useState<Chosen[]>([]);
  const [refusal, setRefusal] = useState<Refusal>();
  const tried = useRef({ what: "", key: "", files: Promise.resolve<string[]>([]) });
  const shared = chosen.some(({ alone, of }) => alone && of !== "office");

  function choose(one: Chosen) {
    setChosen(one.alone ? [one] : [...chosen.filter(({ alone, of }) => !alone && of !== one.of), one]);
  }

  async function start(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const input: StartConversationInput = {
      school,
      text: String(given.get("text")),
      subject: String(given.get("subject")).trim() || null,
      answers: given.get("private") ? "PRIVATE" : "ALL",
      ...addressed(chosen),
    };
    const files = filesOf(given);
    const what = JSON.stringify([input, files.map(({ name, size, lastModified }) => [name, size, lastModified])]);
    if (tried.current.what !== what) tried.current = { what, key: newKey(), files: uploadAll(files, school, "MESSAGE") };
    const { key, files: uploaded } = tried.current;
    try {
      await begin({ ...input, files: await uploaded, idempotencyKey: key });
    } catch (failure) {
      if (!(failure instanceof NotUploaded)) throw failure;
      tried.current.what = "";
      setRefusal(failure.refusal);
    }
  }

  async function begin(input: StartConversationInput) {
    const result = await client.mutation(StartConversationDocument, { input }).toPromise();
    const refused = refusalOf(result);
    setRefusal(refused);
    const begun = result.data?.startConversation?.message?.conversation;
    if (!begun || refused) return;
    postChanged();
    go(`/diary/messages/${encodeURIComponent(begun.id)}`);
  }

  return (
    <details>
      <summary>{t("new_conversation")}</summary>
      <Find school={school} onChoose={choose} />
      {chosen.length > 0 && (
        <form className="fields" onSubmit={(event) => void start(event)}>
          <ul className="choices" aria-label={t("addressees")}>
            {chosen.map(({ of, name }) => (
              <li key={of}>
                <button type="button" aria-label={`${t("remove")}: ${name}`} onClick={() => setChosen(chosen.filter((one) => one.of !== of))}>{name} ×</button>
              </li>
            ))}
          </ul>
          <label htmlFor="subject">{t("about_what")}</label>
          <input id="subject" name="subject" maxLength={200} autoComplete="off" />
          <label htmlFor="first-text">{t("message")}</label>
          <textarea id="first-text" name="text" rows={4} required />
          <label htmlFor="files">{t("files")}</label>
          <input id="files" name="files" type="file" multiple />
          {shared && <label><input type="checkbox" name="private" defaultChecked /> {t("answers_to_me")}</label>}
          <button type="submit" className="first">{t("send")}</button>
          {refusal && <p role="alert" className="problem">{refusalText(refusal)}</p>}
        </form>
      )}
    </details>
  );
}

function Find({ school, onChoose }: { school: string; onChoose: (one: Chosen) => void }) {
  const [typed, setTyped] = useState("");
  const search = useDeferredValue(typed.trim());
  const { data, error, waiting } = useData(CorrespondentsDocument, { school, search }, search === "");
  const people = search === "" ? [] : (data?.school?.correspondents ?? []);

  function take(one: Chosen | null) {
    if (one) onChoose(one);
    setTyped("");
  }

  return (
    <div className="fields">
      <Groups school={school} onChoose={onChoose} />
      <label htmlFor="whom">{t("whom")}</label>
      <input id="whom" type="search" value={typed} autoComplete="off" onChange={({ target }) => setTyped(target.value)} />
      {search !== "" && error && <Problem error={error} />}
      {search !== "" && !waiting && !error && people.length === 0 && <p role="status">{t("not_found")}</p>}
      <ul className="found">
        {people.map((one) => (
          <li key={`${one.role} ${one.id}`}>
            <button type="button" className="quiet" onClick={() => take(chosenOf(one))}>{one.role === "OFFICE" ? t("the_office") : one.name}</button>{" "}
            <small>{[word("correspondent", one.role), ...one.about].join(", ")}</small>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The office, and the families of the class groups that the viewer leads. */
function Groups({ school, onChoose }: { school: string; onChoose: (one: Chosen) => void }) {
  const { data } = useData(ClassesLedDocument, {});
  const teacher = data?.viewer?.teacher;
  const led = teacher?.school?.id === school ? teacher.classGroups : [];
  return (
    <div className="choices">
      <button type="button" onClick={() => onChoose(theOffice())}>{t("the_office")}</button>
      {led.map(({ id, name }) => {
        const families = t("families_of", { name });
        const input = { classGroup: id, toFamilies: true };
        return <button key={id} type="button" onClick={() => onChoose({ of: id, name: families, input, alone: true })}>{families}</button>;
      })}
    </div>
  );
}
