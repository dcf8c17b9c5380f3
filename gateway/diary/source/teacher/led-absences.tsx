/** Absences that families have announced in the class groups that the teacher leads. */
import { type FormEvent, useState } from "react";
import { addDays } from "../dates";
import { useData } from "../epoch";
import { LedAbsencesDocument, type LedAbsencesQuery } from "../generated/graphql";
import { type Refusal, enter } from "../outbox";
import { span, t, word } from "../texts";
import { Files } from "../ui/files";
import { RefusalNotice } from "../ui/notices";

type Led = NonNullable<NonNullable<NonNullable<LedAbsencesQuery["viewer"]>["teacher"]>["classGroups"]>[number];
type Notice = NonNullable<Led["absenceNotices"]>[number];
const BACK = 14;
const AHEAD = 60;
const DAY = { weekday: "short", day: "numeric", month: "short" } as const;

interface AnnouncedProps {
  group: string;
  notice: Notice;
}

/** Those that wait for an answer. */
export function useLedAbsences(today: string) {
  const { data, waiting } = useData(LedAbsencesDocument, { from: addDays(today, -BACK), to: addDays(today, AHEAD) }, !today);
  const groups = data?.viewer?.teacher?.classGroups ?? [];
  const found = groups.flatMap(({ name, absenceNotices }) => (absenceNotices ?? []).map((notice) => ({ group: name, notice })));
  return { waiting, announced: found.filter(({ notice }) => notice.state === "ANNOUNCED") };
}

export function LedAbsences({ announced }: { announced: readonly AnnouncedProps[] }) {
  if (announced.length === 0) return null;
  return (
    <section aria-labelledby="led-absences">
      <h2 id="led-absences">{t("led_absences")}</h2>
      <ul className="notices">
        {announced.map(({ group, notice }) => <Announced key={notice.id} group={group} notice={notice} />)}
      </ul>
    </section>
  );
}

function Announced({ group, notice }: AnnouncedProps) {
  const [refusing, setRefusing] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  const { id, version, student, from, to, because, text, files, viewerMay } = notice;
  const name = student?.displayName ?? "";

  async function answer(operation: "AcceptAbsence" | "RefuseAbsence", reason: string | null) {
    const payload = await enter(operation, { id, expectedVersion: version, reason }, `absence:${id}`, "");
    setRefusal(payload?.errors[0]);
  }

  function refuse(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    void answer("RefuseAbsence", String(new FormData(event.currentTarget).get("reason")));
  }

  return (
    <li>
      <strong>{name}</strong>, {group}: {span(from, to, DAY)}, {word("because", because)}
      {text && `: ${text}`}{" "}
      <Files files={files} />
      {viewerMay.includes("acceptAbsence") && (
        <button type="button" aria-label={`${t("accept_absence")}: ${name}`} onClick={() => void answer("AcceptAbsence", null)}>{t("accept_absence")}</button>
      )}{" "}
      {viewerMay.includes("refuseAbsence") && !refusing && (
        <button type="button" className="quiet" aria-label={`${t("refuse_absence")}: ${name}`} onClick={() => setRefusing(true)}>{t("refuse_absence")}</button>
      )}
      {refusing && (
        <form className="tools" onSubmit={refuse}>
          <input name="reason" aria-label={t("reason")} placeholder={t("reason")} required />
          <button type="submit">{t("refuse_absence")}</button>
        </form>
      )}
      <RefusalNotice refusal={refusal} />
    </li>
  );
}
