/** What the gateway has refused of what was entered: conflicts side by side, and the rest; and what it
 * could not do so far. */
import { Link } from "wouter";
import { useData } from "../epoch";
import { RefusedDocument, type RefusedQuery } from "../generated/graphql";
import { type Entry, drop, enter, giveUp, sendAgain, useOutbox } from "../outbox";
import { day, t, word } from "../texts";
import { refusalText } from "../ui/notices";

/** Those that no screen shows at their own place. */
const SHOWN = /^(mark|there|lesson):/;

export const useRefused = (): Entry[] => useOutbox().filter(({ of, refused }) => refused && SHOWN.test(of));

/** `lesson` is the one that is on the screen, of which nothing needs to be said. */
export default function Refusals({ lesson }: { lesson?: string }) {
  const refused = useRefused();
  if (refused.length === 0) return <Failing />;
  return (
    <>
      <Failing />
      <section className="refusals no-print" role="alert" aria-label={t("refused")}>
        <h2>{t("refused")}</h2>
        <ul>
          {refused.map((one) => (
            <li key={one.key}>
              {one.of.startsWith("lesson:") ? <OfLesson entry={one} /> : <OfStudent entry={one} here={lesson} />}{" "}
              <button type="button" onClick={() => drop(one.key)}>{t("keep_theirs")}</button>
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}

function Failing() {
  const failing = useOutbox().filter((one) => one.failing && !one.refused);
  if (failing.length === 0) return null;
  return (
    <section className="refusals no-print" role="alert" aria-label={t("failing")}>
      <h2>{t("failing")}</h2>
      <ul>
        {failing.map((one) => (
          <li key={one.key}>
            {refusalText(one.failing!)} <Mine entry={one} />{" "}
            <button type="button" className="first" onClick={() => sendAgain(one.key)}>{t("try_again")}</button>{" "}
            <button type="button" onClick={() => giveUp(one)}>{t("keep_theirs")}</button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function OfLesson({ entry }: { entry: Entry }) {
  return <><LinkTo lesson={entry.of.split(":")[1]!}>{t("lesson")}</LinkTo> {refusalText(entry.refused!)} <Mine entry={entry} /></>;
}

const Mine = ({ entry: { shows } }: { entry: Entry }) => (shows ? <span className="sides">{t("mine")} <b>{shows}</b></span> : null);

const LinkTo = ({ lesson, children }: { lesson: string; children: string }) => (
  <><Link href={`/diary/lesson/${encodeURIComponent(lesson)}`}>{children}</Link>: </>
);

type Standing = Extract<NonNullable<RefusedQuery["node"]>, { version: number }>;

function valueOf(one: Standing): string {
  if ("token" in one) return one.kind === "PRESENT" ? word("attendance", one.kind) : one.token;
  return one.state === "WITHDRAWN" ? "—" : (one.value ?? "•");
}

function OfStudent({ entry, here }: { entry: Entry; here?: string }) {
  const [, student = "", lesson = ""] = entry.of.split(/[:#]/);
  const record = String(entry.input.id ?? "");
  const { data } = useData(RefusedDocument, { student, lesson, record, revises: record !== "" });
  const at = data?.lesson;
  const standing = data?.node && "version" in data.node ? data.node : undefined;
  const isConflict = entry.refused?.code === "CONFLICT" && standing;

  function insist(version: number) {
    drop(entry.key);
    const { idempotencyKey: _, ...input } = entry.input;
    void enter(entry.operation, { ...input, expectedVersion: version }, entry.of, entry.shows, { stays: true });
  }

  return (
    <>
      <strong>{data?.student?.displayName}</strong>
      {at && lesson !== here ? <>, <LinkTo lesson={lesson}>{`${at.course.classGroup?.name ?? ""} ${at.subject?.name ?? at.course.title}, ${day(at.date, { day: "numeric", month: "long" })}`}</LinkTo></> : ": "}
      {refusalText(entry.refused!)}{" "}
      {isConflict ? (
        <>
          <span className="sides">
            {t("theirs")} <b>{valueOf(standing)}</b> · {t("mine")} <b>{entry.shows || "—"}</b>
          </span>{" "}
          <button type="button" className="first" onClick={() => insist(standing.version)}>{t("use_mine")}</button>
        </>
      ) : (
        <Mine entry={entry} />
      )}
    </>
  );
}
