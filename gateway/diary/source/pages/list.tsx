/** The pages of people, classes and subjects that the viewer may read; how far the school has them. */
import { useState } from "react";
import { useClient } from "urql";
import { Link } from "wouter";
import { needsAll, useData } from "../epoch";
import { type PageKind, type PageLevel, type PagesQuery, PagesDocument, SetPageLevelDocument } from "../generated/graphql";
import { type Refusal, refusalOf } from "../outbox";
import { type School, type Viewer, isStaffOf } from "../session";
import { t, word } from "../texts";
import { Problem, RefusalNotice, Waiting } from "../ui/notices";
import { Nowhere } from "../ui/nowhere";
import { More, Pages } from "../ui/pages";
import { SchoolPicker, useSchoolAsked } from "../ui/schools";
import { useSearch } from "../ui/search";
import { BeginPage } from "./begin";
import { Follow } from "./page";
import { NoPages, PageLink } from "./title";

const KINDS: PageKind[] = ["CLASS_GROUP", "SUBJECT", "TEACHER", "STUDENT", "GUARDIAN"];
const LEVELS: PageLevel[] = ["OFF", "STAFF", "CLASSES", "ALL"];

export default function PageList({ viewer }: { viewer: Viewer }) {
  const school = useSchoolAsked(viewer);
  if (!school) return <Nowhere />;
  return (
    <>
      <p><Link href="/diary/feed">{t("nav_feed")}</Link></p>
      <h1>{t("pages")} <small>{school.name}</small></h1>
      <SchoolPicker viewer={viewer} school={school} />
      <OfSchool key={school.id} viewer={viewer} school={school} />
    </>
  );
}

function OfSchool({ viewer, school }: { viewer: Viewer; school: School }) {
  const [search, field] = useSearch();
  const [kind, setKind] = useState<PageKind | null>(null);
  const [followed, setFollowed] = useState(false);
  return (
    <>
      <p className="fields" role="search">
        {field}
        <label htmlFor="kind">{t("whose_page")}</label>
        <select id="kind" value={kind ?? ""} onChange={({ target }) => setKind((target.value || null) as PageKind | null)}>
          <option value="">{t("of_all")}</option>
          {KINDS.map((one) => <option key={one} value={one}>{word("page", one)}</option>)}
        </select>
        <label><input type="checkbox" checked={followed} onChange={({ target }) => setFollowed(target.checked)} /> {t("followed_only")}</label>
      </p>
      <Pages
        key={`${search} ${kind} ${followed}`}
        page={(after, onMore) => <Page viewer={viewer} school={school} asked={{ search, kind, followed, after }} onMore={onMore} />}
      />
    </>
  );
}

interface PageProps {
  viewer: Viewer;
  school: School;
  asked: { search: string | null; kind: PageKind | null; followed: boolean; after: string | null };
  onMore?: (next: string) => void;
}

function Page({ viewer, school, asked, onMore }: PageProps) {
  const { data, error, waiting } = useData(PagesDocument, { school: school.id, ...asked });
  if (waiting) return <Waiting />;
  const found = data?.school?.pages;
  if (!found) return <Problem error={error} />;
  const pages = found.edges.flatMap(({ node }) => node ?? []);
  return (
    <>
      {!asked.after && <Allowed of={data.school!} viewer={viewer} school={school} />}
      {!asked.after && pages.length === 0 && data.school!.pageLevel !== "OFF" && <p>{t("nothing_here")}</p>}
      <ul className="notices pages">
        {pages.map((one) => <li key={one.id}><span><PageLink page={one} /></span> <Follow page={one} /></li>)}
      </ul>
      <More page={found.pageInfo} onMore={onMore} />
    </>
  );
}

/** How far the school has pages: set by the office, told to others; and one of the viewer's own. */
function Allowed({ of, viewer, school }: { of: NonNullable<PagesQuery["school"]>; viewer: Viewer; school: School }) {
  const client = useClient();
  const [refusal, setRefusal] = useState<Refusal>();

  async function allow(pages: PageLevel) {
    setRefusal(refusalOf(await client.mutation(SetPageLevelDocument, { input: { school: school.id, pages } }).toPromise()));
    needsAll();
  }

  return (
    <>
      <NoPages level={of.pageLevel} staff={isStaffOf(viewer, school)} />
      {of.viewerMay.includes("changeSchool") && (
        <p className="fields">
          <label htmlFor="level">{t("page_level")}</label>
          <select id="level" value={of.pageLevel} onChange={({ target }) => void allow(target.value as PageLevel)}>
            {LEVELS.map((one) => <option key={one} value={one}>{word("level", one)}</option>)}
          </select>
        </p>
      )}
      <RefusalNotice refusal={refusal} />
      {of.pageLevel !== "OFF" && <BeginPage viewer={viewer} school={school} level={of.pageLevel} />}
    </>
  );
}
