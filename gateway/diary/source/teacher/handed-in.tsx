/** Where homework stands for each student, with what was handed in, to accept or to return. */
import { type FormEvent, useState } from "react";
import { useData } from "../epoch";
import { HandedInDocument, type HandedInQuery } from "../generated/graphql";
import { type Refusal, enter } from "../outbox";
import { t, word } from "../texts";
import { Disclosure } from "../ui/disclosure";
import { Files } from "../ui/files";
import { Problem, RefusalNotice, Waiting } from "../ui/notices";

type Node = Extract<NonNullable<HandedInQuery["node"]>, { statuses: unknown }>;
type Status = Node["statuses"][number];
/** States of what waits for the teacher. */
const WAITS = new Set(["HANDED_IN", "DONE"]);

export function HandedIn({ homework }: { homework: string }) {
  return (
    <Disclosure summary={t("handed_in")} anew>
      <Statuses homework={homework} />
    </Disclosure>
  );
}

function Statuses({ homework }: { homework: string }) {
  const { data, error, waiting, again } = useData(HandedInDocument, { homework });
  const [refusal, setRefusal] = useState<Refusal>();
  if (waiting) return <Waiting />;
  const node = data?.node;
  if (!node || !("statuses" in node)) return <Problem error={error} />;
  const handedIn = node.statuses.filter(({ state, student }) => student && state === "HANDED_IN");

  async function decide(operation: "AcceptHomework" | "ReturnHomework", students: string[], comment: string | null) {
    const payload = await enter(operation, { homework, students, comment }, `accept:${homework}:${students.join()}`, "");
    setRefusal(payload?.errors[0]);
    again();
  }

  return (
    <>
      <RefusalNotice refusal={refusal} />
      {handedIn.length > 1 && (
        <p>
          <button type="button" onClick={() => void decide("AcceptHomework", handedIn.map(({ student }) => student!.id), null)}>
            {t("accept_all", { count: handedIn.length })}
          </button>
        </p>
      )}
      <ul className="notices handed-in">
        {node.statuses.map((one) => one.student && <Item key={one.student.id} one={one} onDecide={decide} />)}
      </ul>
    </>
  );
}

interface ItemProps {
  one: Status;
  onDecide: (operation: "AcceptHomework" | "ReturnHomework", students: string[], comment: string | null) => Promise<void>;
}

function Item({ one: { student, state, overdue, status }, onDecide }: ItemProps) {
  const [returning, setReturning] = useState(false);
  const { id, displayName } = student!;

  function giveBack(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setReturning(false);
    void onDecide("ReturnHomework", [id], String(new FormData(event.currentTarget).get("comment")));
  }

  return (
    <li>
      <strong>{displayName}</strong>{" "}
      <span className={`state ${overdue ? "overdue" : ""}`}>{stateText(state, overdue)}</span>
      {status?.text && <p className="text">{status.text}</p>}
      {status && <Files files={status.files} />}
      {status?.comment && <p className="comment">{status.comment}</p>}
      {WAITS.has(state) && !returning && (
        <>
          <button type="button" className="quiet" aria-label={`${t("accept")}: ${displayName}`} onClick={() => void onDecide("AcceptHomework", [id], null)}>
            {t("accept")}
          </button>{" "}
          <button type="button" className="quiet" aria-label={`${t("give_back")}: ${displayName}`} onClick={() => setReturning(true)}>
            {t("give_back")}
          </button>
        </>
      )}
      {returning && (
        <form className="tools" onSubmit={giveBack}>
          <input name="comment" aria-label={t("what_to_do")} placeholder={t("what_to_do")} required />
          <button type="submit">{t("give_back")}</button>
        </form>
      )}
    </li>
  );
}

/** What was returned and is overdue is both. */
function stateText(state: string, overdue: boolean): string {
  if (!overdue) return word("homework", state);
  return state === "RETURNED" ? `${word("homework", state)}, ${t("overdue")}` : t("overdue");
}
