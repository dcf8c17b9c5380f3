/** The page of a person, a class or a subject: what it says, and what was written on it. */
import { useState } from "react";
import { useClient } from "urql";
import { Link } from "wouter";
import { useIdAsked } from "../asked";
import { useData } from "../epoch";
import { FollowPageDocument, PageDocument, type PageLineFragment, PostsOfPageDocument } from "../generated/graphql";
import { type Refusal, refusalOf } from "../outbox";
import type { Viewer } from "../session";
import { t, word } from "../texts";
import { Markdown } from "../ui/markdown";
import { Problem, RefusalNotice, Waiting } from "../ui/notices";
import { Nowhere } from "../ui/nowhere";
import { More, Pages, newestFirst } from "../ui/pages";
import { postsChanged, useNewPosts } from "../wall";
import { EditPage } from "./edit-page";
import { PostCard } from "./post";
import { Avatar } from "./title";
import { Write } from "./write";

export default function PageScreen({ viewer }: { viewer: Viewer }) {
  const page = useIdAsked();
  return <Shown key={page} page={page} me={viewer.account.displayName} />;
}

function Shown({ page, me }: { page: string; me: string }) {
  const { data, error, waiting } = useData(PageDocument, { page });
  if (waiting) return <Waiting />;
  if (!data?.node || !("theme" in data.node)) {
    return error ? <Nowhere error={error} /> : <p role="alert" className="notice">{t("no_such_page")}</p>;
  }
  const { node } = data;
  const school = node.school?.id ?? "";
  return (
    <>
      <p><Link href="/diary/pages">{t("pages")}</Link></p>
      <div className="own-page" data-look={node.theme}>
        <h1><Avatar page={node} /> {node.name} <small>{word("page", node.kind)}</small></h1>
        {node.html && <Markdown html={node.html} />}
        <Follow page={node} />
        {node.viewerMay.includes("changePage") && <EditPage page={node} school={school} />}
        {node.viewerMay.includes("writePost") && <Write page={page} school={school} />}
        <h2>{t("posts")}</h2>
        <Pages page={(before, onMore) => <Posts page={page} school={school} me={me} before={before} onMore={onMore} />} />
      </div>
    </>
  );
}

export function Follow({ page }: { page: PageLineFragment }) {
  const client = useClient();
  const [refusal, setRefusal] = useState<Refusal>();

  async function follow() {
    const input = { page: page.id, followed: !page.followed };
    const refused = refusalOf(await client.mutation(FollowPageDocument, { input }).toPromise());
    setRefusal(refused);
    if (!refused) postsChanged();
  }

  return (
    <>
      <button type="button" aria-pressed={page.followed} aria-label={`${t("follow")}: ${page.name}`} onClick={() => void follow()}>{t("follow")}</button>
      <RefusalNotice refusal={refusal} />
    </>
  );
}

interface PostsProps {
  page: string;
  school: string;
  me: string;
  before: string | null;
  onMore?: (next: string) => void;
}

function Posts({ page, school, me, before, onMore }: PostsProps) {
  const { data, error, waiting, again } = useData(PostsOfPageDocument, { page, before });
  useNewPosts(again);
  if (waiting) return <Waiting />;
  const found = data?.node && "posts" in data.node ? data.node.posts : undefined;
  if (!found) return <Problem error={error} />;
  const newest = newestFirst(found);
  return (
    <>
      {!before && newest.length === 0 && <p>{t("nothing_here")}</p>}
      {newest.map((one) => <PostCard key={one.id} one={one} school={school} me={me} />)}
      <More page={found.pageInfo} onMore={onMore} />
    </>
  );
}
