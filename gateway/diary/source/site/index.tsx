/** The pages of the school's site, for its members; the office writes them. */
import { useState } from "react";
import { useClient } from "urql";
import { Link } from "wouter";
import { useData } from "../epoch";
import { useAsked } from "../family/students";
import { prefix } from "../gateway";
import { ChangeSitePageDocument, PutAwaySitePageDocument, type SitePageShownFragment, SitePagesDocument } from "../generated/graphql";
import { type Refusal, refusalOf } from "../outbox";
import { type School, type Viewer } from "../session";
import { moment, t } from "../texts";
import { Disclosure } from "../ui/disclosure";
import { Markdown } from "../ui/markdown";
import { Problem, Waiting, refusalText } from "../ui/notices";
import { SchoolPicker, useSchoolAsked } from "../ui/schools";
import { EditSitePage } from "./edit";
import { publicAddress } from "./public";

export default function Site({ viewer }: { viewer: Viewer }) {
  const school = useSchoolAsked(viewer);
  if (!school) return <Problem />;
  return (
    <>
      <h1>{t("nav_site")} <small>{school.name}</small></h1>
      <SchoolPicker viewer={viewer} school={school} />
      <OfSchool key={school.id} school={school} />
    </>
  );
}

function OfSchool({ school }: { school: School }) {
  const [asked] = useAsked();
  const { data, error, waiting, ask } = useData(SitePagesDocument, { school: school.id });
  const [away, setAway] = useState<SitePageShownFragment>();
  if (waiting) return <Waiting />;
  if (!data?.school) return <Problem error={error} />;
  const { sitePages: pages, viewerMay } = data.school;
  const shown = pages.find(({ slug }) => slug === asked.get("page")) ?? pages[0];
  const again = () => ask({ requestPolicy: "network-only" });
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
      {away && <TakenAway page={away} onBack={() => { setAway(undefined); again(); }} />}
      {shown ? <One key={shown.id} page={shown} school={school.id} onChanged={again} onAway={setAway} /> : <p>{t("nothing_here")}</p>}
      {viewerMay.includes("createSitePage") && (
        <>
          <Disclosure summary={t("new_site_page")}>
            <EditSitePage school={school.id} onSaved={again} />
          </Disclosure>
          <p><a href={`${prefix}${publicAddress(school.id)}`}>{t("public_address")}</a></p>
        </>
      )}
    </>
  );
}

interface OneProps {
  page: SitePageShownFragment;
  school: string;
  onChanged: () => void;
  onAway: (page: SitePageShownFragment) => void;
}

function One({ page, school, onChanged, onAway }: OneProps) {
  const client = useClient();
  const [refusal, setRefusal] = useState<Refusal>();

  async function putAway() {
    const input = { id: page.id, expectedVersion: page.version, reason: t("reason_office") };
    const result = await client.mutation(PutAwaySitePageDocument, { input }).toPromise();
    const refused = refusalOf(result);
    setRefusal(refused);
    if (refused) return;
    const put = result.data?.putAwaySitePage?.sitePage;
    if (put) onAway({ ...put, title: page.title });
    onChanged();
  }

  return (
    <article className="paper site-page">
      <h2>{page.title}</h2>
      {page.html && <Markdown html={page.html} />}
      <small>{moment(page.changedAt)}</small>
      {page.public && <> · <a href={`${prefix}${publicAddress(school, page.slug)}`}>{t("as_public")}</a></>}
      {page.viewerMay.includes("changeSitePage") && (
        <Disclosure summary={t("edit")}>
          <EditSitePage school={school} page={page} onSaved={onChanged} />
        </Disclosure>
      )}
      {page.viewerMay.includes("putAwaySitePage") && <button type="button" className="quiet" onClick={() => void putAway()}>{t("put_away")}</button>}
      {refusal && <p role="alert" className="problem">{refusalText(refusal)}</p>}
    </article>
  );
}

/** A page that was just put away, which may be taken back. */
function TakenAway({ page, onBack }: { page: SitePageShownFragment; onBack: () => void }) {
  const client = useClient();
  const [refusal, setRefusal] = useState<Refusal>();

  async function takeBack() {
    const input = { id: page.id, expectedVersion: page.version, reason: t("reason_office"), active: true };
    const refused = refusalOf(await client.mutation(ChangeSitePageDocument, { input }).toPromise());
    setRefusal(refused);
    if (!refused) onBack();
  }

  return (
    <p role="status">
      {t("was_put_away", { title: page.title ?? "" })} <button type="button" className="quiet" onClick={() => void takeBack()}>{t("take_back")}</button>
      {refusal && <span className="problem"> {refusalText(refusal)}</span>}
    </p>
  );
}
