/** What readers and authors do about moderation: reporting what was written, and appealing. */
import { type FormEvent, useState } from "react";
import { type TypedDocumentNode, useClient } from "urql";
import { AppealCaseDocument, type ForumCaseFragment } from "../generated/graphql";
import { type Refusal, refusalOf } from "../outbox";
import { day, t, word } from "../texts";
import { RefusalNotice } from "./notices";

/** What stands in place of a text that is not shown any more. */
export const goneText = ({ withdrawn }: { withdrawn: boolean }): string => t(withdrawn ? "taken_back" : "hidden_by_moderators");

interface ReportProps {
  of: string;
  document: TypedDocumentNode<object, { input: { id: string; reason: string } }>;
}

export function Report({ of, document }: ReportProps) {
  const client = useClient();
  const [open, setOpen] = useState(false);
  const [thanked, setThanked] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();

  async function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const input = { id: of, reason: String(new FormData(event.currentTarget).get("reason")) };
    const refused = refusalOf(await client.mutation(document, { input }).toPromise());
    setRefusal(refused);
    setThanked(!refused);
  }

  if (thanked) return <p role="status">{t("reported_thanks")}</p>;
  if (!open) return <button type="button" className="quiet" onClick={() => setOpen(true)}>{t("report")}</button>;
  return (
    <form className="fields" onSubmit={(event) => void send(event)}>
      <label htmlFor={`reason-${of}`}>{t("what_is_wrong")}</label>
      <input id={`reason-${of}`} name="reason" required maxLength={500} />
      <button type="submit">{t("report")}</button>
      <RefusalNotice refusal={refusal} />
    </form>
  );
}

/** What moderators did with something, and its author's appeal. */
export function Moderated({ of }: { of: ForumCaseFragment | null | undefined }) {
  const client = useClient();
  const [refusal, setRefusal] = useState<Refusal>();
  if (!of) return null;
  const { id } = of;

  async function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const input = { id, text: String(new FormData(event.currentTarget).get("appeal")) };
    setRefusal(refusalOf(await client.mutation(AppealCaseDocument, { input }).toPromise()));
  }

  return (
    <>
      <p className="state">
        {word("moderation", of.state)}
        {of.restrictedUntil && `; ${t("restricted_until", { day: day(of.restrictedUntil, { dateStyle: "long" }) })}`}
      </p>
      {of.viewerMay.includes("appealModeration") && (
        <form className="fields" onSubmit={(event) => void send(event)}>
          <label htmlFor={`appeal-${id}`}>{t("your_appeal")}</label>
          <textarea id={`appeal-${id}`} name="appeal" rows={2} required />
          <button type="submit">{t("appeal")}</button>
        </form>
      )}
      <RefusalNotice refusal={refusal} />
    </>
  );
}
