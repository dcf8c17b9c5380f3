/** What was reported or held back, for the moderators: the head and the deputies. */
import { type FormEvent, useState } from "react";
import { useClient } from "urql";
import { useData } from "../epoch";
import {
  CasesDocument,
  type CasesQuery,
  HideReportedDocument,
  RestrictAuthorDocument,
  ShowReportedDocument,
  UpholdCaseDocument,
  WarnAuthorDocument,
} from "../generated/graphql";
import { type AnyMutation, type Refusal, refusalOf } from "../outbox";
import { type Viewer, leads, officeSchool } from "../session";
import { day, moment, t, word } from "../texts";
import { Markdown } from "../ui/markdown";
import { Problem, RefusalNotice, Waiting } from "../ui/notices";
import { Nowhere } from "../ui/nowhere";
import { newestFirst } from "../ui/pages";

type Case = NonNullable<NonNullable<NonNullable<CasesQuery["school"]>["moderation"]>["edges"][number]["node"]>;

const STEPS = {
  hideReported: HideReportedDocument,
  showReported: ShowReportedDocument,
  warnAuthor: WarnAuthorDocument,
  upholdModeration: UpholdCaseDocument,
  restrictAuthor: RestrictAuthorDocument,
} as unknown as Record<string, AnyMutation>;
const DECISIONS = ["hideReported", "showReported", "warnAuthor", "upholdModeration"] as const;

export default function Moderation({ viewer }: { viewer: Viewer }) {
  const client = useClient();
  const school = leads(viewer) ? officeSchool(viewer) : undefined;
  const [waiting, setWaiting] = useState(true);
  const [refusal, setRefusal] = useState<Refusal>();
  const { data, error, waiting: loading, again } = useData(CasesDocument, { school: school?.id ?? "", waiting }, !school);
  if (!school) return <Nowhere />;
  if (loading) return <Waiting />;
  const cases = data?.school?.moderation;
  if (!cases) return <Problem error={error} />;

  async function decide(one: Case, name: string, more: Record<string, unknown>) {
    const document = STEPS[name];
    if (!document) return;
    const input = { id: one.id, expectedVersion: one.version, ...more };
    setRefusal(refusalOf(await client.mutation(document, { input }).toPromise()));
    again();
  }

  return (
    <>
      <h1>{t("nav_moderation")} <small>{school.name} ({cases.totalCount})</small></h1>
      <p>
        <label>
          <input type="checkbox" checked={!waiting} onChange={({ target }) => setWaiting(!target.checked)} /> {t("decided_too")}
        </label>
      </p>
      <RefusalNotice refusal={refusal} />
      {cases.edges.length === 0 && <p>{t("nothing_waits")}</p>}
      <ul className="notices">
        {newestFirst(cases).map((one) => <One key={one.id} one={one} onDecide={decide} />)}
      </ul>
    </>
  );
}

function One({ one, onDecide }: { one: Case; onDecide: (one: Case, name: string, more: Record<string, unknown>) => Promise<void> }) {
  const id = (name: string) => `${name}-${one.id}`;

  function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const { submitter } = event.nativeEvent as SubmitEvent;
    const name = (submitter as HTMLButtonElement).value;
    const fields = new FormData(event.currentTarget);
    const more = name === "restrictAuthor" ? { until: String(fields.get("until")) || null } : {};
    void onDecide(one, name, { reason: String(fields.get("reason")), ...more });
  }

  return (
    <li>
      <strong>{one.author}</strong> <span className="state">{word("moderation", one.state)}</span>{" "}
      <small>{moment(one.openedAt)} · {t("reports_count", { count: one.reports ?? 0 })}</small>
      <blockquote>{one.html ? <Markdown html={one.html} /> : one.text}</blockquote>
      {one.appeal && <p>{t("their_appeal")}: {one.appeal}</p>}
      {one.restrictedUntil && <p>{t("restricted_until", { day: day(one.restrictedUntil, { dateStyle: "long" }) })}</p>}
      <details>
        <summary>{t("history")}</summary>
        <ol>
          {one.history?.map((step) => (
            <li key={step.id}>{word("step", step.change)} · {step.by} · {moment(step.at)}{step.reason && `: ${step.reason}`}</li>
          ))}
        </ol>
      </details>
      <form className="fields" onSubmit={send}>
        <label htmlFor={id("reason")}>{t("reason")}</label>
        <input id={id("reason")} name="reason" required />
        <div className="choices">
          {DECISIONS.filter((name) => one.viewerMay.includes(name)).map((name) => (
            <button key={name} type="submit" value={name}>{word("decision", name)}</button>
          ))}
        </div>
        {one.viewerMay.includes("restrictAuthor") && (
          <>
            <label htmlFor={id("until")}>{t("no_writing_until")}</label>
            <input id={id("until")} name="until" type="date" />
            <button type="submit" value="restrictAuthor">{word("decision", "restrictAuthor")}</button>
          </>
        )}
      </form>
    </li>
  );
}
