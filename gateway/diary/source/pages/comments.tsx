/** What was said to a post, asked for where it is opened, and a comment of one's own. */
import { type FormEvent, useState } from "react";
import { useClient } from "urql";
import { useData } from "../epoch";
import { type CommentShownFragment, CommentsDocument, ReportCommentDocument, WithdrawCommentDocument } from "../generated/graphql";
import { type Refusal, enter, refusalOf } from "../outbox";
import { moment, t } from "../texts";
import { Moderated, Report } from "../ui/moderated";
import { Problem, Waiting, refusalText } from "../ui/notices";
import { Turning } from "../ui/pages";
import { Unsent } from "../ui/unsent";
import { commentsChanged, useNewComments } from "../wall";

interface Props {
  post: string;
  count: string;
  /** The reader's name. */
  me: string;
  /** Whether the viewer may comment. */
  may: boolean;
}

export function Comments({ post, count, me, may }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>{t("comments_count", { count })}</button>
      {open && <Opened post={post} me={me} may={may} />}
    </>
  );
}

function Opened({ post, me, may }: Omit<Props, "count">) {
  const [before, setBefore] = useState<string | null>(null);
  const { data, error, waiting, ask } = useData(CommentsDocument, { post, before });
  useNewComments(ask);
  if (waiting) return <Waiting />;
  const found = data?.node && "comments" in data.node ? data.node.comments : undefined;
  if (!found) return <Problem error={error} />;
  return (
    <>
      <Turning before={before} page={found.pageInfo} onTurn={setBefore} />
      <ul className="notices comments">
        {found.edges.map(({ node }) => node && <One key={node.id} one={node} me={me} />)}
      </ul>
      {may && <NewComment post={post} />}
    </>
  );
}

function One({ one, me }: { one: CommentShownFragment; me: string }) {
  const client = useClient();
  const [refusal, setRefusal] = useState<Refusal>();
  const may = (name: (typeof one.viewerMay)[number]) => one.viewerMay.includes(name);

  async function withdraw() {
    const input = { id: one.id, expectedVersion: one.version, reason: t("reason_own_post") };
    setRefusal(refusalOf(await client.mutation(WithdrawCommentDocument, { input }).toPromise()));
    commentsChanged();
  }

  return (
    <li>
      <p>{one.text ?? t(one.withdrawn ? "taken_back" : "hidden_by_moderators")}</p>
      <small>{one.by} · {moment(one.writtenAt)}</small>{" "}
      {one.hidden && one.text !== null && <span className="state">{t("hidden_from_others")}</span>}{" "}
      {!one.withdrawn && may("withdrawComment") && <button type="button" className="quiet" onClick={() => void withdraw()}>{t("withdraw")}</button>}
      {!one.withdrawn && one.by !== me && may("reportComment") && <Report of={one.id} document={ReportCommentDocument} />}
      <Moderated of={one.moderation} />
      {refusal && <p role="alert" className="problem">{refusalText(refusal)}</p>}
    </li>
  );
}

function NewComment({ post }: { post: string }) {
  const [text, setText] = useState("");
  const of = `comment:${post}`;

  async function send(event: FormEvent) {
    event.preventDefault();
    if (text.trim() === "") return;
    setText("");
    await enter("CommentOnPost", { post, text }, of, text);
    commentsChanged();
  }

  return (
    <>
      <Unsent of={of} onChange={setText} />
      <form className="fields" onSubmit={(event) => void send(event)}>
        <label htmlFor={of}>{t("your_comment")}</label>
        <textarea id={of} rows={2} required maxLength={1000} value={text} onChange={({ target }) => setText(target.value)} />
        <button type="submit" className="first">{t("send")}</button>
      </form>
    </>
  );
}
