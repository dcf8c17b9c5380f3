/** One mark for all who have none in a column of a lesson: one request, all of them or none. */
import { type FormEvent, useState } from "react";
import { type Refusal, enter } from "../outbox";
import { t } from "../texts";
import { RefusalNotice } from "../ui/notices";

interface Props {
  lesson: string;
  /** The kinds of work that have columns, with the students who were there and have no mark of it. */
  open: readonly { id: string; name: string; students: readonly string[] }[];
  marks: readonly string[];
}

export function ToAll({ lesson, open, marks }: Props) {
  const [refusal, setRefusal] = useState<Refusal>();
  const [busy, setBusy] = useState(false);
  if (open.length === 0) return null;

  async function give(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const [workType, value] = [String(fields.get("of")), String(fields.get("mark"))];
    const students = open.find(({ id }) => id === workType)?.students ?? [];
    if (students.length === 0) return;
    const grades = students.map((student) => ({ student, lesson, workType, value }));
    setBusy(true);
    const payload = await enter("GiveGrades", { grades }, `all:${lesson}:${workType}`, value);
    setBusy(false);
    setRefusal(payload?.errors[0]);
  }

  return (
    <form className="tools" aria-label={t("to_all")} onSubmit={(event) => void give(event)}>
      <span>{t("to_all")}</span>
      <select name="of" aria-label={t("work_type")}>
        {open.map(({ id, name, students }) => <option key={id} value={id}>{name} ({students.length})</option>)}
      </select>
      <select name="mark" aria-label={t("mark")}>
        {marks.map((mark) => <option key={mark} value={mark}>{mark}</option>)}
      </select>
      <button type="submit" disabled={busy}>{t("give_it")}</button>
      <RefusalNotice refusal={refusal} />
    </form>
  );
}
