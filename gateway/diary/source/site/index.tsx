/** The pages of the school's site, for its members; the office writes them. */
import { useState } from "react";
import { Link } from "wouter";
import { useAsked } from "../asked";
import { useData } from "../epoch";
import { prefix } from "../gateway";
import { type SitePageShownFragment, SitePagesDocument } from "../generated/graphql";
import type { School, Viewer } from "../session";
import { moment, t } from "../texts";
import { Markdown } from "../ui/markdown";
import { Problem, Waiting } from "../ui/notices";
import { InSchool } from "../ui/schools";
import { AwayPages, NewSitePage, SitePageSteps, TakenAway } from "./edit";
import { publicAddress } from "./public";

export default function Site({ viewer }: { viewer: Viewer }) {
  return <InSchool viewer={viewer} title={t("nav_site")}>{(school) => <OfSchool school={school} />}</InSchool>;
}

function OfSchool({ school }: { school: School }) {
  const [asked] = useAsked();
  const { data, error, waiting } = useData(SitePagesDocument, { school: school.id });
  const [away, setAway] = useState<SitePageShownFragment>();
  if (waiting) return <Waiting />;
  if (!data?.school) return <Problem error={error} />;
  const { sitePages: pages, viewerMay } = data.school;
  const shown = pages.find(({ slug }) => slug === asked.get("page")) ?? pages[0];
  return (
    <>
      <nav aria-label={t("nav_site")}>
        <ul className="boards">
          {pages.map(({ id, slug, title, public: open }) => (
            <li key={id}>
              <Link href={`/diary/site?${new URLSearchParams({ school: school.id, page: slug })}`} aria-current={id === shown?.id ? "page" : undefined}>{title}</Link>{" "}
              {!open && <span className="state">{t("for_members")}</span>}
            </li>
          ))}
        </ul>
      </nav>
      {away && <TakenAway page={away} onBack={() => setAway(undefined)} />}
      {shown ? <One key={shown.id} page={shown} school={school.id} onAway={setAway} /> : <p>{t("nothing_here")}</p>}
      {viewerMay.includes("createSitePage") && (
        <>
          <NewSitePage school={school.id} />
          <AwayPages school={school.id} but={away?.id} />
          <p><a href={`${prefix}${publicAddress(school.id)}`}>{t("public_address")}</a></p>
        </>
      )}
    </>
  );
}

function One({ page, school, onAway }: { page: SitePageShownFragment; school: string; onAway: (page: SitePageShownFragment) => void }) {
  return (
    <article className="paper site-page">
      <h2>{page.title}</h2>
      {page.html && <Markdown html={page.html} />}
      <small>{moment(page.changedAt)}</small>
      {page.public && <> · <a href={`${prefix}${publicAddress(school, page.slug)}`}>{t("as_public")}</a></>}
      <SitePageSteps page={page} onAway={onAway} />
    </article>
  );
}
