/** Imports of rosters: an archive is tried, its findings are shown, and it is imported as they are. */
import { type ChangeEvent, useState } from "react";
import { nextEpoch } from "../epoch";
import { headers, prefix } from "../gateway";
import type { Refusal } from "../outbox";
import { type School, type Viewer, leads, officeSchool } from "../session";
import { t, word } from "../texts";
import { type Said, inWords } from "../texts/findings";
import { RefusalNotice, Waiting } from "../ui/notices";
import { Nowhere } from "../ui/nowhere";
import { Scroll } from "../ui/scroll";

interface Changes {
  noun: string;
  created: number;
  changed: number;
  madeInactive: number;
  ended: number;
  unchanged: number;
}

/** What the gateway answers of a roster. */
interface Findings {
  written: boolean;
  changes: Changes[];
  badRowCount: number;
  badRows: (Said & { file: string; line: number; column: string })[];
  notices: Said[];
  refusals: Said[];
}

/** Why nothing of a roster is imported; `said` is beside a refusal of what is in it. */
interface Refused extends Refusal {
  said?: Omit<Said, "text">;
}

interface Choices {
  skipBadRows: boolean;
  allowDeletions: boolean;
}

const NONE: Choices = { skipBadRows: false, allowDeletions: false };
const COUNTS = ["created", "changed", "madeInactive", "ended", "unchanged"] as const;

export default function Imports({ viewer }: { viewer: Viewer }) {
  const school = officeSchool(viewer);
  if (!school || !leads(viewer)) return <Nowhere />;
  return (
    <>
      <h1>{t("nav_imports")} <small>{school.name}</small></h1>
      <ImportOf school={school} />
    </>
  );
}

function ImportOf({ school }: { school: School }) {
  const [file, setFile] = useState<File>();
  const [choices, setChoices] = useState(NONE);
  const [findings, setFindings] = useState<Findings>();
  const [refusal, setRefusal] = useState<Refused>();
  const [busy, setBusy] = useState(false);

  async function send(chosen: File, asked: Choices, apply: boolean) {
    setBusy(true);
    setRefusal(undefined);
    const answer = await sendRoster(school.id, chosen, asked, apply);
    setBusy(false);
    if ("code" in answer) return setRefusal(answer);
    setFindings(answer);
    if (answer.written) nextEpoch();
  }

  function chooseFile({ target }: ChangeEvent<HTMLInputElement>) {
    const [chosen] = target.files ?? [];
    setFile(chosen);
    setFindings(undefined);
    setChoices(NONE);
    if (chosen) void send(chosen, NONE, false);
  }

  function choose(name: keyof Choices, { target }: ChangeEvent<HTMLInputElement>) {
    const next = { ...choices, [name]: target.checked };
    setChoices(next);
    if (file) void send(file, next, false);
  }

  const ready = findings && !findings.written && !busy && (findings.badRowCount === 0 || choices.skipBadRows) && findings.refusals.length === 0;
  const changes = findings?.changes.some((one) => COUNTS.some((count) => count !== "unchanged" && one[count] > 0)) ?? false;
  return (
    <>
      <p>{t("imports_help")}</p>
      <p className="fields">
        <label htmlFor="roster">{t("roster")}</label>
        <input id="roster" type="file" accept=".zip,application/zip" disabled={busy} onChange={chooseFile} />
      </p>
      {busy && <Waiting />}
      {refusal?.said ? (
        <p role="alert" className="problem"><Sentence said={{ ...refusal.said, text: refusal.message }} /></p>
      ) : (
        <RefusalNotice refusal={refusal} />
      )}
      {findings && (
        <div aria-busy={busy}>
          <p role="status">
            <strong>{findings.written ? t("imported") : changes ? t("would_change") : t("would_not_change")}</strong>
          </p>
          <Found findings={findings} />
          {!findings.written && findings.badRowCount > 0 && (
            <p><label><input type="checkbox" checked={choices.skipBadRows} disabled={busy} onChange={(event) => choose("skipBadRows", event)} /> {t("skip_bad_rows")}</label></p>
          )}
          {!findings.written && (findings.refusals.length > 0 || choices.allowDeletions) && (
            <p><label><input type="checkbox" checked={choices.allowDeletions} disabled={busy} onChange={(event) => choose("allowDeletions", event)} /> {t("allow_deletions")}</label></p>
          )}
          {!findings.written && changes && (
            <button type="button" className="first" disabled={!ready} onClick={() => file && void send(file, choices, true)}>{t("import_it")}</button>
          )}
        </div>
      )}
    </>
  );
}

function Found({ findings }: { findings: Findings }) {
  const { badRows, badRowCount, notices, refusals, changes } = findings;
  return (
    <>
      {refusals.length > 0 && (
        <section className="refusals" aria-labelledby="too-many">
          <h2 id="too-many">{t("too_many_gone")}</h2>
          <ul>{refusals.map((one) => <li key={one.text}><Sentence said={one} /></li>)}</ul>
        </section>
      )}
      {badRowCount > 0 && (
        <section aria-labelledby="bad-rows">
          <h2 id="bad-rows">{t("bad_rows")} <small>({badRowCount})</small></h2>
          <ul className="notices">
            {badRows.map(({ file, line, column, ...said }) => (
              <li key={`${file} ${line} ${column} ${said.text}`}>
                <strong>{file}, {t("line", { number: line })}{column && `, ${column}`}</strong>: <Sentence said={said} />
              </li>
            ))}
          </ul>
          {badRowCount > badRows.length && <p>{t("and_more")}</p>}
        </section>
      )}
      {notices.length > 0 && (
        <section aria-labelledby="notices">
          <h2 id="notices">{t("to_know")}</h2>
          <ul className="notices">{notices.map((one) => <li key={one.text}><Sentence said={one} /></li>)}</ul>
        </section>
      )}
      {changes.length > 0 && <ChangesTable changes={changes} />}
    </>
  );
}

/** In the reader's language; in the gateway's English where there are no words for it. */
function Sentence({ said }: { said: Said }) {
  const words = inWords(said);
  return words === null ? <span lang="en">{said.text}</span> : <span>{words}</span>;
}

function ChangesTable({ changes }: { changes: readonly Changes[] }) {
  return (
    <Scroll label={t("roster")}>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t("roster_noun")}</th>
            {COUNTS.map((count) => <th key={count} scope="col">{word("roster", count)}</th>)}
          </tr>
        </thead>
        <tbody>
          {changes.map((one) => (
            <tr key={one.noun}>
              <th scope="row">{word("roster", one.noun.replaceAll(" ", "_"))}</th>
              {COUNTS.map((count) => <td key={count}>{one[count]}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

async function sendRoster(school: string, file: File, choices: Choices, apply: boolean): Promise<Findings | Refused> {
  const asked = new URLSearchParams({ school });
  for (const [name, set] of Object.entries({ ...choices, apply })) if (set) asked.set(name, "1");
  try {
    const response = await fetch(`${prefix}/rosters?${asked}`, {
      method: "POST",
      credentials: "same-origin",
      headers: { ...headers, "Content-Type": "application/octet-stream" },
      body: file,
    });
    const answer = await response.json();
    if (response.ok) return answer as Findings;
    const [{ message, extensions }] = answer.errors;
    return { code: String(extensions?.code ?? "INTERNAL"), message: String(message), said: extensions?.said };
  } catch {
    return { code: "NO_NETWORK", message: "" };
  }
}
