/** Notices of absence: the list of them, a new one, and what was missed by subject. */
import { type FormEvent, useState } from "react";
import { addDays } from "../dates";
import { useData } from "../epoch";
import { AbsencesDocument } from "../generated/graphql";
import { filesOf, uploadAll, whyNotUploaded } from "../files";
import { type Refusal, enter } from "../outbox";
import type { Viewer } from "../session";
import { number, span, t, word } from "../texts";
import { Files, FilesField } from "../ui/files";
import { Scroll } from "../ui/scroll";
import { Problem, RefusalNotice, Waiting } from "../ui/notices";
import { type Pupil, Pupils } from "./students";

const REASONS = ["ILLNESS", "APPOINTMENT", "FAMILY", "SCHOOL_BUSINESS", "OTHER"] as const;
const BACK = 90;
const AHEAD = 60;

export default function Absences({ viewer }: { viewer: Viewer }) {
  return (
    <Pupils viewer={viewer} title={t("nav_absences")}>
      {(pupil, school) => <AbsencesOf pupil={pupil} today={school?.today ?? ""} own={pupil.id === viewer.student?.id} />}
    </Pupils>
  );
}

function AbsencesOf({ pupil, today, own }: { pupil: Pupil; today: string; own: boolean }) {
  const asked = { from: addDays(today, -BACK), to: addDays(today, AHEAD) };
  const { data, error, waiting, again } = useData(AbsencesDocument, { student: pupil.id, ...asked });
  const [refusal, setRefusal] = useState<Refusal>();
  if (waiting) return <Waiting />;
  if (!data?.student) return <Problem error={error} />;
  const { absenceNotices, attendanceCounts: counts, viewerMay } = data.student;
  // The gateway lists none that was taken back; the feed may tell of one that is in the list.
  const notices = absenceNotices?.filter(({ state }) => state !== "WITHDRAWN");

  async function withdraw(id: string, expectedVersion: number) {
    const payload = await enter("WithdrawAbsence", { id, expectedVersion, reason: t("withdrawn_by_family") }, `absence:${id}`, "");
    setRefusal(payload?.errors[0]);
    again();
  }

  return (
    <>
      {viewerMay.includes("announceAbsence") && !own && <Announcement pupil={pupil} today={today} onAnnounced={again} />}
      <RefusalNotice refusal={refusal} />
      {notices?.length === 0 && <p>{t("no_absences")}</p>}
      <ul className="notices">
        {notices?.map((one) => (
          <li key={one.id}>
            <strong>{span(one.from, one.to, { day: "numeric", month: "long" })}</strong>{" "}
            {word("because", one.because)}
            {one.text && `: ${one.text}`} <span className="state">{word("absence", one.state)}</span>{" "}
            {one.state === "ANNOUNCED" && !own && (
              <button type="button" className="quiet" onClick={() => void withdraw(one.id, one.version)}>{t("withdraw")}</button>
            )}
            <Files files={one.files} />
          </li>
        ))}
      </ul>
      <h2>{t("missed")}</h2>
      <Scroll>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t("subject")}</th>
              <th scope="col">{t("lessons")}</th>
              <th scope="col">{t("missed_lessons")}</th>
              <th scope="col">{word("attendance", "ILL")}</th>
              <th scope="col">{word("attendance", "LATE")}</th>
            </tr>
          </thead>
          <tbody>
            {counts.map(({ subject, count }) => (
              <tr key={subject?.id}>
                <th scope="row">{subject?.name}</th>
                <td>{count.lessons}</td>
                <td>{number(String(count.absences))}</td>
                <td>{count.ill}</td>
                <td>{count.late}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}

function Announcement({ pupil, today, onAnnounced }: { pupil: Pupil; today: string; onAnnounced: () => void }) {
  const [refusal, setRefusal] = useState<Refusal>();
  const [first, setFirst] = useState(today);
  const id = (name: string) => `${name}-${pupil.id}`;

  async function announce(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const fields = new FormData(form);
    const from = String(fields.get("from"));
    const chosen = filesOf(fields);
    try {
      const files = chosen.length > 0 ? { files: await uploadAll(chosen, pupil.school?.id ?? "", "ABSENCE_NOTICE") } : {};
      const input = {
        student: pupil.id,
        from,
        to: String(fields.get("to")) || from,
        because: String(fields.get("because")),
        text: String(fields.get("text")) || null,
        ...files,
      };
      const payload = await enter("AnnounceAbsence", input, `absence:${pupil.id}`, from);
      setRefusal(payload?.errors[0]);
      if (payload?.errors.length === 0) {
        form.reset();
        setFirst(today);
        onAnnounced();
      }
    } catch (failure) {
      setRefusal(whyNotUploaded(failure));
    }
  }

  return (
    <form className="fields" onSubmit={(event) => void announce(event)}>
      <label htmlFor={id("from")}>{t("from")}</label>
      <input id={id("from")} name="from" type="date" required value={first} onChange={({ target }) => setFirst(target.value)} />
      <label htmlFor={id("to")}>{t("to")}</label>
      <input id={id("to")} name="to" type="date" min={first} />
      <label htmlFor={id("because")}>{t("reason")}</label>
      <select id={id("because")} name="because">
        {REASONS.map((one) => <option key={one} value={one}>{word("because", one)}</option>)}
      </select>
      <label htmlFor={id("text")}>{t("note")}</label>
      <input id={id("text")} name="text" />
      <FilesField label={t("doctors_note")} />
      <button type="submit" className="first">{t("announce")}</button>
      <RefusalNotice refusal={refusal} />
    </form>
  );
}
