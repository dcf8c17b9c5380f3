/** What was written on the pages that the viewer follows, the newest first, as it comes. */
import { useState } from "react";
import { Link } from "wouter";
import { useData } from "../epoch";
import { FeedDocument } from "../generated/graphql";
import { type School, type Viewer, isStaffOf } from "../session";
import { t } from "../texts";
import { Problem, Waiting } from "../ui/notices";
import { Nowhere } from "../ui/nowhere";
import { More, Pages, newestFirst } from "../ui/pages";
import { SchoolPicker, useSchoolAsked } from "../ui/schools";
import { useNewPosts } from "../wall";
import { PostCard } from "./post";
import { NoPages } from "./title";

export default function Feed({ viewer }: { viewer: Viewer }) {
  const school = useSchoolAsked(viewer);
  const [everything, setEverything] = useState(false);
  if (!school) return <Nowhere />;
  return (
    <>
      <h1>{t("nav_feed")} <small>{school.name}</small></h1>
      <SchoolPicker viewer={viewer} school={school} />
      <p className="tools">
        <Link href="/diary/pages">{t("pages")}</Link>
        <label><input type="checkbox" checked={everything} onChange={({ target }) => setEverything(target.checked)} /> {t("feed_everything")}</label>
      </p>
      <Pages
        key={`${school.id} ${everything}`}
        page={(before, onMore) => <Page school={school} me={viewer.account.displayName} staff={isStaffOf(viewer, school)} everything={everything} before={before} onMore={onMore} />}
      />
    </>
  );
}

interface PageProps {
  school: School;
  me: string;
  staff: boolean;
  everything: boolean;
  before: string | null;
  onMore?: (next: string) => void;
}

function Page({ school, me, staff, everything, before, onMore }: PageProps) {
  const { data, error, waiting, again } = useData(FeedDocument, { school: school.id, everything, before });
  useNewPosts(again);
  if (waiting) return <Waiting />;
  const found = data?.school?.feed;
  if (!found) return <Problem error={error} />;
  const newest = newestFirst(found);
  return (
    <>
      {!before && <NoPages level={data.school!.pageLevel} staff={staff} />}
      {!before && newest.length === 0 && data.school!.pageLevel !== "OFF" && <p>{t("feed_empty")}</p>}
      {newest.map((one) => <PostCard key={one.id} one={one} school={school.id} me={me} withPage />)}
      <More page={found.pageInfo} onMore={onMore} />
    </>
  );
}
