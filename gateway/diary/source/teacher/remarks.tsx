/** Remarks on the students of a course: a new one, and those of a span of days with their replies. */
import { type FormEvent, useState } from "react";
import { useData } from "../epoch";
import { RemarkNote } from "../family/day";
import { ChangeRemarkDocument, CourseRemarksDocument, type CourseRemarksQuery } from "../generated/graphql";
import { type Refusal, enter, useOutbox } from "../outbox";
import { day, t, word } from "../texts";
import { Disclosure } from "../ui/disclosure";
import { Problem, RefusalNotice, Waiting } from "../ui/notices";
import { Field, Step, textIn } from "../ui/steps";

type Pupil = NonNullable<CourseRemarksQuery["course"]>["students"][number];
type Remark = Pupil["remarks"][number];
const KINDS = ["PRAISE", "BEHAVIOUR", "WORK"] as const;

interface Props {
  course: string;
  /** The span whose remarks are shown; a new one is of its last day unless told. */
  from: string;
  to: string;
}

export function Remarks({ course, from, to }: Props) {
  return (
    <Disclosure summary={t("remarks")} className="work remarks" anew>
      <RemarksOf course={course} from={from} to={to} />
    </Disclosure>
  );
}

function RemarksOf({ course, from, to }: Props) {
  const { data, error, waiting } = useData(CourseRemarksDocument, { course, from, to });
  if (waiting) return <Waiting />;
  if (!data?.course) return <Problem error={error} />;
  const { students } = data.course;
  const pupils = students.filter(({ viewerMay }) => viewerMay.includes("addRemark"));
  const found = students.flatMap((student) =>
    student.remarks.filter(({ withdrawn }) => !withdrawn).map((remark) => ({ student, remark })),
  );
  found.sort((one, other) => other.remark.date.localeCompare(one.remark.date));
  return (
    <>
      {pupils.length > 0 && <NewRemark course={course} pupils={pupils} date={to} from={from} />}
      {found.length === 0 && <p>{t("no_remarks")}</p>}
      {found.map(({ student, remark }) => <Written key={remark.id} student={student} remark={remark} />)}
    </>
  );
}

function NewRemark({ course, pupils, date, from }: { course: string; pupils: readonly Pupil[]; date: string; from: string }) {
  const [refusal, setRefusal] = useState<Refusal>();
  const of = `remark:${course}`;
  const waits = useOutbox().some((one) => one.of === of && !one.refused);

  async function add(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const fields = new FormData(form);
    const text = String(fields.get("text"));
    const input = {
      student: String(fields.get("student")),
      kind: String(fields.get("kind")),
      date: String(fields.get("date")),
      text,
      course,
    };
    const payload = await enter("AddRemark", input, of, text);
    setRefusal(payload?.errors[0]);
    if (payload?.errors.length === 0) form.reset();
  }

  return (
    <form onSubmit={(event) => void add(event)} aria-label={t("new_remark")}>
      <select name="student" aria-label={t("student")} required defaultValue="">
        <option value="" disabled>{t("student")}…</option>
        {pupils.map(({ id, displayName }) => <option key={id} value={id}>{displayName}</option>)}
      </select>
      <select name="kind" aria-label={t("remark_kind")}>
        {KINDS.map((one) => <option key={one} value={one}>{word("remark", one)}</option>)}
      </select>
      <input name="date" type="date" aria-label={t("day")} required defaultValue={date} min={from} max={date} />
      <input name="text" aria-label={t("remark_text")} placeholder={t("remark_text")} required />
      <button type="submit">{t("add_remark")}</button>
      {waits && <small>{t("to_be_sent")}</small>}
      <RefusalNotice refusal={refusal} />
    </form>
  );
}

function Written({ student, remark }: { student: Pupil; remark: Remark }) {
  const [refusal, setRefusal] = useState<Refusal>();

  async function withdraw() {
    const input = { id: remark.id, expectedVersion: remark.version, reason: t("reason_remark") };
    const payload = await enter("WithdrawRemark", input, `remark:${remark.id}`, "");
    setRefusal(payload?.errors[0]);
  }

  return (
    <section>
      <h2>{student.displayName} <small>{day(remark.date, { day: "numeric", month: "long" })}</small></h2>
      <RemarkNote remark={remark} />
      {remark.seen?.map(({ by, at }) => (
        <p key={at} className="state">{t("seen_by", { name: by, time: day(at.slice(0, 10), { day: "numeric", month: "short" }) })}</p>
      ))}
      {remark.viewerMay.includes("changeRemark") && (
        <Step record={remark} document={ChangeRemarkDocument} name={t("change_it")} of={student.displayName} input={(fields) => ({ text: textIn(fields, "text") })}>
          <Field name="text" label={t("remark_text")} value={remark.text} rows={2} required maxLength={2000} />
        </Step>
      )}
      {remark.viewerMay.includes("withdrawRemark") && (
        <button type="button" className="quiet" onClick={() => void withdraw()}>{t("withdraw")}</button>
      )}
      <RefusalNotice refusal={refusal} />
    </section>
  );
}
