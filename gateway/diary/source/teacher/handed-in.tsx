/** Where homework stands for each student, with what was handed in. */
import { useState } from "react";
import { useData } from "../epoch";
import { HandedInDocument } from "../generated/graphql";
import { type Refusal, enter } from "../outbox";
import { t, word } from "../texts";
import { Files } from "../ui/files";
import { Problem, Waiting, refusalText } from "../ui/notices";

export function HandedIn({ homework }: { homework: string }) {
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{t("handed_in")}</summary>
      {open && <Statuses homework={homework} />}
    </details>
  );
}

function Statuses({ homework }: { homework: string }) {
  const { data, error, waiting, ask } = useData(HandedInDocument, { homework });
  const [refusal, setRefusal] = useState<Refusal>();
  if (waiting) return <Waiting />;
  const node = data?.node;
  if (!node || !("statuses" in node)) return <Problem error={error} />;

  async function accept(student: string) {
    const payload = await enter("AcceptHomework", { homework, students: [student] }, `accept:${homework}:${student}`, "");
    setRefusal(payload?.errors[0]);
    ask({ requestPolicy: "network-only" });
  }

  return (
    <>
      {refusal && <p role="alert" className="problem">{refusalText(refusal)}</p>}
      <ul className="notices handed-in">
        {node.statuses.map(({ student, state, overdue, status }) => student && (
          <li key={student.id}>
            <strong>{student.displayName}</strong>{" "}
            <span className={`state ${overdue ? "overdue" : ""}`}>{overdue ? t("overdue") : word("homework", state)}</span>
            {status?.text && <p className="text">{status.text}</p>}
            {status && <Files files={status.files} />}
            {(state === "HANDED_IN" || state === "DONE") && (
              <button type="button" className="quiet" aria-label={`${t("accept")}: ${student.displayName}`} onClick={() => void accept(student.id)}>
                {t("accept")}
              </button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
