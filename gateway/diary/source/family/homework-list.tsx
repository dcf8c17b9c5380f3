/** What is due, with a tick for what is done and a place to hand it in. */
import { type FormEvent, useState } from "react";
import { useData } from "../epoch";
import { HomeworkListDocument, type HomeworkListQuery } from "../generated/graphql";
import { filesOf, uploadAll, whyNotUploaded } from "../files";
import { MaterialLinks } from "../materials/links";
import { type Refusal, enter, useOutbox } from "../outbox";
import { day, t, word } from "../texts";
import { Files } from "../ui/files";
import { Problem, RefusalNotice, Waiting } from "../ui/notices";
import { HomeworkText } from "./day";
import type { Pupil } from "./students";

type Listed = NonNullable<NonNullable<HomeworkListQuery["student"]>["homework"]>;
type Item = NonNullable<Listed["edges"][number]["node"]>;
/** States that the teacher has decided, so that a tick changes nothing more. */
const DECIDED = new Set(["ACCEPTED", "HANDED_IN"]);

interface Props {
  pupil: Pupil;
  today: string;
  from: string;
  to: string;
  /** Where the list stands under a heading of its own. */
  under?: boolean;
}

export function HomeworkOf({ pupil, today, from, to, under = false }: Props) {
  const { data, error, waiting, stale } = useData(HomeworkListDocument, { student: pupil.id, from, to, after: null });
  if (waiting) return <Waiting />;
  if (!data?.student) return <Problem error={error} />;
  const items = (data.student.homework?.edges ?? []).flatMap(({ node }) => node ?? []);
  const dates = [...new Set(items.map(({ dueOn }) => dueOn))];
  const Heading = under ? "h3" : "h2";
  if (items.length === 0) return <p>{t("no_homework")}</p>;
  return (
    <div aria-busy={stale} className="homework-list">
      {dates.map((date) => (
        <section key={date}>
          <Heading className={date === today ? "today" : undefined}>
            {day(date, { weekday: "long", day: "numeric", month: "long" })}
          </Heading>
          <ul>
            {items.filter(({ dueOn }) => dueOn === date).map((item) => (
              <HomeworkItem key={item.homework?.id} item={item} pupil={pupil} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function HomeworkItem({ item, pupil }: { item: Item; pupil: Pupil }) {
  const [refusal, setRefusal] = useState<Refusal>();
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const { homework, status } = item;
  const of = `tick:${homework?.id}:${pupil.id}`;
  const waiting = useOutbox().findLast((one) => one.of === of && !one.refused);
  if (!homework || homework.withdrawn) return null;
  const done = waiting ? waiting.shows === "done" : item.state !== "ASSIGNED" && item.state !== "MISSING" && item.state !== "RETURNED";

  async function tick() {
    const input = { homework: homework!.id, student: pupil.id, done: !done };
    const payload = await enter("Tick", input, of, done ? "" : "done");
    setRefusal(payload?.errors[0]);
  }

  async function handIn(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const chosen = filesOf(given);
    const text = String(given.get("text")).trim();
    if (!text && chosen.length === 0) return;
    setBusy(true);
    try {
      const files = chosen.length > 0 ? { files: await uploadAll(chosen, pupil.school?.id ?? "", "HAND_IN") } : {};
      const input = { homework: homework!.id, student: pupil.id, text: text || null, expectedVersion: status?.version ?? null, ...files };
      const entered = enter("HandIn", input, of, "done");
      setOpen(false);
      const payload = await entered;
      setRefusal(payload?.errors[0]);
    } catch (failure) {
      setRefusal(whyNotUploaded(failure));
    } finally {
      setBusy(false);
    }
  }

  return (
    <li className={done ? "done" : undefined}>
      <label>
        <input type="checkbox" checked={done} disabled={DECIDED.has(item.state)} onChange={() => void tick()} />
        <span>
          <strong>{homework.course.subject?.name ?? homework.course.title}</strong>
          <HomeworkText one={homework} />
        </span>
      </label>
      <span className={`state ${item.overdue ? "overdue" : ""}`}>
        {waiting ? t("to_be_sent") : item.overdue ? t("overdue") : word("homework", item.state)}
      </span>
      {!DECIDED.has(item.state) && !open && (
        <button type="button" className="quiet no-print" onClick={() => setOpen(true)}>{t("hand_in")}</button>
      )}
      {homework.materials.map((one) => <div key={one.id} className="of-homework">{one.title} <MaterialLinks one={one} /></div>)}
      {status?.text && <p className="text">{status.text}</p>}
      {status && <Files files={status.files} />}
      {status?.comment && <p className="comment">{status.comment}</p>}
      {open && (
        <form className="fields" onSubmit={(event) => void handIn(event)}>
          <textarea aria-label={t("answer")} name="text" defaultValue={status?.text ?? ""} />
          <input type="file" name="files" multiple aria-label={t("files")} />
          <button type="submit" disabled={busy}>{t("hand_in")}</button>
        </form>
      )}
      <RefusalNotice refusal={refusal} />
    </li>
  );
}
