/** What was done with a lesson, and why: loaded when somebody asks, with the words of the audit. */
import { useData } from "../epoch";
import { LessonHistoryDocument } from "../generated/graphql";
import { moment } from "../texts";
import { changeWord } from "../texts/audit";
import { t } from "../texts/records";
import { Waiting } from "../ui/notices";

export default function Steps({ lesson, timeZone }: { lesson: string; timeZone: string | undefined }) {
  const { data, waiting } = useData(LessonHistoryDocument, { lesson });
  if (waiting) return <Waiting />;
  const steps = data?.lesson?.history ?? [];
  if (steps.length === 0) return <p>{t("no_history")}</p>;
  return (
    <ol className="steps">
      {steps.map(({ id, change, at, by, reason }) => (
        <li key={id}>{moment(at, timeZone)}, {by}: <strong>{changeWord(change)}</strong> {reason}</li>
      ))}
    </ol>
  );
}
