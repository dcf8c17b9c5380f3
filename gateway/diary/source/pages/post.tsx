/** A post: its text and pictures, what others think of it, and what its author may do with it. */
import { useState } from "react";
import { useClient } from "urql";
import {
  ChangePostDocument,
  type ForumCaseFragment,
  type PostShownFragment,
  ReactToPostDocument,
  type Reaction,
  ReportPostDocument,
  WithdrawPostDocument,
} from "../generated/graphql";
import { filesOf, uploadAll } from "../files";
import { type Refusal, refusalOf } from "../outbox";
import { moment, t, word } from "../texts";
import { FilesField, KeptFiles, keptIn } from "../ui/files";
import { Markdown, MarkdownInput } from "../ui/markdown";
import { Moderated, Report, goneText } from "../ui/moderated";
import { RefusalNotice } from "../ui/notices";
import { Step, textIn } from "../ui/steps";
import { Comments } from "./comments";
import { PageLink } from "./title";

const REACTIONS: Record<Reaction, string> = { LIKE: "👍", THANKS: "🙏", LAUGH: "😄", WOW: "😮", SAD: "😢" };

interface Props {
  /** The feed says nothing of moderation, which it would ask for all posts: the page does. */
  one: PostShownFragment & { moderation?: ForumCaseFragment | null };
  school: string;
  /** The reader's name. */
  me: string;
  /** Whether the page that it stands on is named. */
  withPage?: boolean;
}

export function PostCard({ one, school, me, withPage }: Props) {
  const [refusal, setRefusal] = useState<Refusal>();
  const may = (name: (typeof one.viewerMay)[number]) => one.viewerMay.includes(name);
  const stands = !one.withdrawn && !one.hidden;
  const of = `${one.by}, ${moment(one.postedAt)}`;

  return (
    <article className="post" aria-label={of}>
      {withPage && one.page && <h2 className="of-page"><PageLink page={one.page} /></h2>}
      <small>{one.by} · {moment(one.postedAt)}</small>
      {one.html === null ? <p>{goneText(one)}</p> : <Markdown html={one.html} />}
      {one.hidden && one.html !== null && <p className="state">{t("hidden_from_others")}</p>}
      <Pictures one={one} />
      {stands && <Reactions one={one} onRefused={setRefusal} />}
      <Moderated of={one.moderation} />
      <RefusalNotice refusal={refusal} />
      {!one.withdrawn && (
        <div>
          {stands && may("changePost") && <Change one={one} of={of} school={school} />}
          {may("withdrawPost") && <Step record={one} document={WithdrawPostDocument} name={t("withdraw")} of={of} reason={t("reason_taken_back")} />}
          {may("reportPost") && one.by !== me && <Report of={one.id} document={ReportPostDocument} />}
        </div>
      )}
      {stands && <Comments post={one.id} me={me} count={counted(one)} may={may("commentOnPost")} />}
    </article>
  );
}

/** Its text, which of its pictures stay, and further ones. */
function Change({ one, of, school }: { one: PostShownFragment; of: string; school: string }) {
  const changed = async (fields: FormData) => ({
    text: textIn(fields, "text"),
    files: [...keptIn(fields), ...(await uploadAll(filesOf(fields), school, "POST"))],
  });
  return (
    <Step record={one} document={ChangePostDocument} name={t("change_it")} of={of} input={changed}>
      <MarkdownInput id={`text-${one.id}`} name="text" label={t("text")} value={one.text ?? ""} required maxLength={4000} />
      <KeptFiles files={one.files} />
      <FilesField label={t("more_pictures")} accept="image/*" />
    </Step>
  );
}

/** To count all would ask the gateway once more for every page of the feed. */
function counted({ comments }: PostShownFragment): string {
  return `${comments?.edges.length ?? 0}${comments?.pageInfo.hasPreviousPage ? "+" : ""}`;
}

function Pictures({ one }: { one: PostShownFragment }) {
  if (one.files.length === 0) return null;
  return (
    <ul className="pictures">
      {one.files.map(({ id, name, url, thumbnailUrl }) => (
        <li key={id}><a href={url}><img src={thumbnailUrl ?? url} alt={name} width={160} height={160} loading="lazy" /></a></li>
      ))}
    </ul>
  );
}

function Reactions({ one, onRefused }: { one: PostShownFragment; onRefused: (refusal: Refusal | undefined) => void }) {
  const client = useClient();
  const may = one.viewerMay.includes("reactToPost");

  async function react(reaction: Reaction | null) {
    const input = { post: one.id, reaction };
    onRefused(refusalOf(await client.mutation(ReactToPostDocument, { input }).toPromise()));
  }

  return (
    <div className="choices" role="group" aria-label={t("reactions")}>
      {(Object.keys(REACTIONS) as Reaction[]).map((reaction) => {
        const found = one.reactions.find((each) => each.reaction === reaction);
        const mine = found?.mine ?? false;
        return (
          <button key={reaction} type="button" aria-pressed={mine} disabled={!may} onClick={() => void react(mine ? null : reaction)}>
            <span aria-hidden="true">{REACTIONS[reaction]}</span> {word("reaction", reaction)} {found?.count ?? 0}
          </button>
        );
      })}
    </div>
  );
}
