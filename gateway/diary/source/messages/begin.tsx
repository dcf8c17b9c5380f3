/** A new conversation: with people found by their names, with the office, or with the families of a
 * class that one leads. */
import { type FormEvent, useDeferredValue, useEffect, useRef, useState } from "react";
import { useClient } from "urql";
import { useLocation } from "wouter";
import { useData } from "../epoch";
import { filesOf, uploadAll, whyNotUploaded } from "../files";
import {
  ClassesLedDocument,
  ConversationDraftDocument,
  type ConversationDraftQuery,
  CorrespondentsDocument,
  type CorrespondentsQuery,
  KeepConversationDraftDocument,
  NamesOfDocument,
  StartConversationDocument,
  type StartConversationInput,
} from "../generated/graphql";
import { type Refusal, newKey, refusalOf } from "../outbox";
import { postChanged } from "../post";
import { t, word } from "../texts";
import { Disclosure } from "../ui/disclosure";
import { FilesField } from "../ui/files";
import { Problem, RefusalNotice, Waiting } from "../ui/notices";
import { useDraft } from "./draft";

type Person = NonNullable<NonNullable<CorrespondentsQuery["school"]>["correspondents"]>[number];
type Draft = NonNullable<NonNullable<ConversationDraftQuery["school"]>["conversationDraft"]>;
type Chosen = { of: string; name: string; input: Partial<StartConversationInput>; alone: boolean };

const LISTS = { STUDENT: "students", GUARDIAN: "guardians", TEACHER: "teachers" } as const;

const theOffice = (): Chosen => ({ of: "office", name: t("the_office"), input: { toOffice: true }, alone: true });

const personOf = (role: keyof typeof LISTS, id: string, name: string): Chosen => ({
  of: id, name, input: { [LISTS[role]]: [id] }, alone: false,
});

function chosenOf({ id, role, name }: Person): Chosen | null {
  if (role === "OFFICE") return theOffice();
  return id ? personOf(role, id, name) : null;
}

/** The addressees of all: named people together, or else one group. */
function addressed(chosen: Chosen[]): Partial<StartConversationInput> {
  const [first] = chosen;
  if (first?.alone) return first.input;
  const of = (list: "students" | "guardians" | "teachers") => chosen.flatMap(({ input }) => input[list] ?? []);
  return { students: of("students"), guardians: of("guardians"), teachers: of("teachers") };
}

export function Begin({ school }: { school: string }) {
  return (
    <Disclosure summary={t("new_conversation")}>
      <Kept key={school} school={school} />
    </Disclosure>
  );
}

/** Goes on with what was begun, on whatever device. */
function Kept({ school }: { school: string }) {
  const { data, error, stale, waiting } = useData(ConversationDraftDocument, { school });
  const draft = data?.school?.conversationDraft;
  const ids = draft ? [...draft.students, ...draft.guardians, ...draft.teachers] : [];
  const people = useData(NamesOfDocument, { ids }, ids.length === 0);
  const led = useLed(school);
  const [begun, setBegun] = useState<{ draft: Draft | null; chosen: Chosen[] }>();
  const settled = !waiting && !stale && (ids.length === 0 || !people.waiting) && (!draft?.classGroup || !led.waiting);
  if (!begun && settled && data?.school) {
    const names = new Map(people.data?.nodes.flatMap((one) => (one && "displayName" in one ? [[one.id, one.displayName] as const] : [])));
    setBegun({ draft: draft ?? null, chosen: draft ? chosenBy(draft, names, led.classes) : [] });
  }
  if (error && !data) return <Problem error={error} />;
  return begun ? <Form school={school} {...begun} /> : <Waiting />;
}

/** The addressees of a draft; who may not be named is named by their part. */
function chosenBy(draft: Draft, names: Map<string, string>, classes: readonly Led[]): Chosen[] {
  const group = classes.find(({ id }) => id === draft.classGroup);
  if (draft.toOffice) return [theOffice()];
  if (group && draft.toFamilies) return [familiesOf(group)];
  return (["STUDENT", "GUARDIAN", "TEACHER"] as const).flatMap((role) =>
    draft[LISTS[role]].map((id) => personOf(role, id, names.get(id) ?? word("correspondent", role))),
  );
}

interface FormProps {
  school: string;
  draft: Draft | null;
  chosen: Chosen[];
}

function Form({ school, draft, chosen: first }: FormProps) {
  const client = useClient();
  const [, go] = useLocation();
  const [chosen, setChosen] = useState(first);
  const [text, setText] = useState(draft?.text ?? "");
  const [subject, setSubject] = useState(draft?.subject ?? "");
  const [toMe, setToMe] = useState(!draft?.classGroup || draft.answers !== "ALL");
  const [refusal, setRefusal] = useState<Refusal>();
  const tried = useRef({ what: "", key: "", files: Promise.resolve<string[]>([]) });
  const shared = chosen.some(({ alone, of }) => alone && of !== "office");
  const input: StartConversationInput = {
    school,
    text,
    subject: subject.trim() || null,
    answers: shared && toMe ? "PRIVATE" : "ALL",
    ...addressed(chosen),
  };
  const what = JSON.stringify(input);
  const begun = useRef(what);
  const kept = useRef(Boolean(draft));
  const keeping = useDraft((now: StartConversationInput) =>
    client.mutation(KeepConversationDraftDocument, { input: { ...now, text: now.text || null } }).toPromise(),
  );
  useEffect(() => {
    if (begun.current === what) return;
    begun.current = what;
    if (text !== "" || kept.current) keeping.type(input);
    kept.current = text !== "";
  }, [what]);

  function choose(one: Chosen) {
    setChosen(one.alone ? [one] : [...chosen.filter(({ alone, of }) => !alone && of !== one.of), one]);
  }

  async function start(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const files = filesOf(new FormData(event.currentTarget));
    const all = JSON.stringify([input, files.map(({ name, size, lastModified }) => [name, size, lastModified])]);
    if (tried.current.what !== all) tried.current = { what: all, key: newKey(), files: uploadAll(files, school, "MESSAGE") };
    const { key, files: uploaded } = tried.current;
    await keeping.settled();
    try {
      await begin({ ...input, files: await uploaded, idempotencyKey: key });
    } catch (failure) {
      setRefusal(whyNotUploaded(failure));
      tried.current.what = "";
    }
  }

  async function begin(input: StartConversationInput) {
    const result = await client.mutation(StartConversationDocument, { input }).toPromise();
    const refused = refusalOf(result);
    setRefusal(refused);
    if (refused) keeping.type(input);
    const begun = result.data?.startConversation?.message?.conversation;
    if (!begun || refused) return;
    postChanged();
    go(`/diary/messages/${encodeURIComponent(begun.id)}`);
  }

  return (
    <>
      <Find school={school} onChoose={choose} />
      {(chosen.length > 0 || text !== "") && (
        <form className="fields" onSubmit={(event) => void start(event)}>
          <ul className="choices" aria-label={t("addressees")}>
            {chosen.map(({ of, name }) => (
              <li key={of}>
                <button type="button" aria-label={`${t("remove")}: ${name}`} onClick={() => setChosen(chosen.filter((one) => one.of !== of))}>{name} ×</button>
              </li>
            ))}
          </ul>
          <label htmlFor="subject">{t("what_about")}</label>
          <input id="subject" maxLength={200} autoComplete="off" value={subject} onChange={({ target }) => setSubject(target.value)} />
          <label htmlFor="first-text">{t("message")}</label>
          <textarea id="first-text" rows={4} required value={text} onChange={({ target }) => setText(target.value)} />
          <FilesField />
          {shared && <label><input type="checkbox" checked={toMe} onChange={({ target }) => setToMe(target.checked)} /> {t("answers_to_me")}</label>}
          <button type="submit" className="first" disabled={chosen.length === 0}>{t("send")}</button>
          <RefusalNotice refusal={refusal} />
        </form>
      )}
    </>
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

interface Led {
  id: string;
  name: string;
}

const familiesOf = ({ id, name }: Led): Chosen => ({
  of: id, name: t("families_of", { name }), input: { classGroup: id, toFamilies: true }, alone: true,
});

/** The class groups of the school that the viewer leads. */
function useLed(school: string): { classes: readonly Led[]; waiting: boolean } {
  const { data, waiting } = useData(ClassesLedDocument, {});
  const teacher = data?.viewer?.teacher;
  return { classes: teacher?.school?.id === school ? teacher.classGroups : [], waiting };
}

/** The office, and the families of the class groups that the viewer leads. */
function Groups({ school, onChoose }: { school: string; onChoose: (one: Chosen) => void }) {
  const { classes } = useLed(school);
  return (
    <div className="choices">
      <button type="button" onClick={() => onChoose(theOffice())}>{t("the_office")}</button>
      {classes.map((one) => (
        <button key={one.id} type="button" onClick={() => onChoose(familiesOf(one))}>{familiesOf(one).name}</button>
      ))}
    </div>
  );
}
