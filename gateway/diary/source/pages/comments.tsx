/** What was said to a post, asked for where it is opened, and a comment of one's own. */
import { type FormEvent, useState } from "react";
import { useData } from "../epoch";
import { type CommentShownFragment, CommentsDocument, ReportCommentDocument, WithdrawCommentDocument } from "../generated/graphql";
import { enter } from "../outbox";
import { moment, t } from "../texts";
import { Moderated, Report, goneText } from "../ui/moderated";
import { Problem, Waiting } from "../ui/notices";
import { Turning } from "../ui/pages";
import { Step } from "../ui/steps";
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
  const { data, error, waiting, again } = useData(CommentsDocument, { post, before });
  useNewComments(again);
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
  const may = (name: (typeof one.viewerMay)[number]) => one.viewerMay.includes(name);

  return (
    <li>
      <p>{one.text ?? goneText(one)}</p>
      <small>{one.by} · {moment(one.writtenAt)}</small>{" "}
      {one.hidden && one.text !== null && <span className="state">{t("hidden_from_others")}</span>}{" "}
      {!one.withdrawn && may("withdrawComment") && (
        <Step record={one} document={WithdrawCommentDocument} name={t("withdraw")} of={one.text ?? ""} reason={t("reason_taken_back")} onDone={commentsChanged} />
      )}
      {!one.withdrawn && one.by !== me && may("reportComment") && <Report of={one.id} document={ReportCommentDocument} />}
      <Moderated of={one.moderation} />
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
    await enter("CommentOnPost", { post, text }, of, text, { stays: true });
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
