/** A topic of the forum with its answers; reporting, and what moderators did with it. */
import { type FormEvent, useState } from "react";
import { type TypedDocumentNode, useClient } from "urql";
import { Link } from "wouter";
import { useIdAsked } from "../asked";
import { useData } from "../epoch";
import {
  AcceptAnswerDocument,
  AddAnswerDocument,
  ChangeAnswerDocument,
  ChangeTopicDocument,
  LockTopicDocument,
  PinTopicDocument,
  ReportAnswerDocument,
  ReportTopicDocument,
  TopicDocument,
  UnlockTopicDocument,
  WithdrawAnswerDocument,
  WithdrawTopicDocument,
} from "../generated/graphql";
import { type Refusal, refusalOf } from "../outbox";
import { moment, t } from "../texts";
import { Moderated, Report } from "../ui/moderated";
import { RefusalNotice, Waiting } from "../ui/notices";
import { Nowhere } from "../ui/nowhere";
import { Field, Step, textIn } from "../ui/steps";

export default function Topic() {
  const client = useClient();
  const topic = useIdAsked();
  const { data, error, waiting, again } = useData(TopicDocument, { topic });
  const [refusal, setRefusal] = useState<Refusal>();
  if (waiting) return <Waiting />;
  if (!data?.node || !("answers" in data.node)) return <Nowhere error={error} />;
  const node = data.node;
  const step = { id: node.id, expectedVersion: node.version, reason: t("reason_moderation") };

  /** Whether it was done. */
  async function act<Variables extends { input: object }>(document: TypedDocumentNode<object, Variables>, input: Variables["input"]) {
    const refused = refusalOf(await client.mutation(document, { input } as Variables).toPromise());
    setRefusal(refused);
    again();
    return !refused;
  }

  const accept = (answer: string | null) => act(AcceptAnswerDocument, { ...step, reason: t("right_answer"), answer });

  async function reply(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    if (await act(AddAnswerDocument, { topic, text: String(new FormData(form).get("text")) })) form.reset();
  }

  return (
    <>
      {node.board && <p><Link href={`/diary/forum/${encodeURIComponent(node.board.id)}`}>{node.board.name}</Link></p>}
      <h1>{node.title ?? t("hidden_by_moderators")}</h1>
      <article className="post">
        <p>{node.text}</p>
        <small>{node.by} · {moment(node.writtenAt)}</small>{" "}
        <Moderated of={node.moderation} />
        <p>
          {node.viewerMay.includes("pinForumTopic") && (
            <button type="button" className="quiet" onClick={() => void act(PinTopicDocument, { ...step, pinned: !node.pinned })}>{node.pinned ? t("unpin") : t("pin")}</button>
          )}
          {node.viewerMay.includes("lockForumTopic") && <button type="button" className="quiet" onClick={() => void act(LockTopicDocument, step)}>{t("lock_topic")}</button>}
          {node.viewerMay.includes("unlockForumTopic") && <button type="button" className="quiet" onClick={() => void act(UnlockTopicDocument, step)}>{t("unlock_topic")}</button>}
        </p>
        {node.viewerMay.includes("changeForumTopic") && (
          <Step record={node} document={ChangeTopicDocument} name={t("change_it")} of={node.title ?? ""} input={(fields) => ({ title: textIn(fields, "title"), text: textIn(fields, "text") })}>
            <Field name="title" label={t("what_about")} value={node.title} required maxLength={200} />
            <Field name="text" label={t("text")} value={node.text} rows={4} required />
          </Step>
        )}
        {node.viewerMay.includes("withdrawForumTopic") && (
          <Step record={node} document={WithdrawTopicDocument} name={t("withdraw")} of={node.title ?? ""} reason={t("reason_taken_back")} />
        )}
        {node.viewerMay.includes("reportForumTopic") && <Report of={node.id} document={ReportTopicDocument} />}
      </article>
      <RefusalNotice refusal={refusal} />
      <h2>{t("answers")} <small>({node.answers?.totalCount ?? 0})</small></h2>
      <ul className="notices">
        {node.answers?.edges.map(({ node: one }) => one && (
          <li key={one.id}>
            <p>{one.text ?? t("hidden_by_moderators")}</p>
            <small>{one.by} · {moment(one.writtenAt)}</small>{" "}
            {node.accepted?.id === one.id && <span className="state">{t("right_answer")}</span>}
            {node.viewerMay.includes("acceptForumAnswer") && (
              <button type="button" className="quiet" onClick={() => void accept(node.accepted?.id === one.id ? null : one.id)}>
                {node.accepted?.id === one.id ? t("not_right_answer") : t("accept_answer")}
              </button>
            )}
            <Moderated of={one.moderation} />
            {one.viewerMay.includes("changeForumAnswer") && (
              <Step record={one} document={ChangeAnswerDocument} name={t("change_it")} of={one.text ?? ""} input={(fields) => ({ text: textIn(fields, "text") })}>
                <Field name="text" label={t("text")} value={one.text} rows={4} required />
              </Step>
            )}
            {one.viewerMay.includes("withdrawForumAnswer") && (
              <Step record={one} document={WithdrawAnswerDocument} name={t("withdraw")} of={one.text ?? ""} reason={t("reason_taken_back")} />
            )}
            {one.viewerMay.includes("reportForumAnswer") && <Report of={one.id} document={ReportAnswerDocument} />}
          </li>
        ))}
      </ul>
      {node.viewerMay.includes("addForumAnswer") && (
        <form className="fields" onSubmit={(event) => void reply(event)}>
          <label htmlFor="text">{t("your_answer")}</label>
          <textarea id="text" name="text" rows={4} required />
          <button type="submit" className="first">{t("send")}</button>
        </form>
      )}
    </>
  );
}
