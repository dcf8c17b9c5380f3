/** Forms by which the office writes the pages of the site. */
import { useState } from "react";
import { useClient } from "urql";
import { useData } from "../epoch";
import { AwaySitePagesDocument, ChangeSitePageDocument, CreateSitePageDocument, PutAwaySitePageDocument, type SitePageShownFragment } from "../generated/graphql";
import { refusalOf } from "../outbox";
import { moment, t } from "../texts";
import { Disclosure } from "../ui/disclosure";
import { useForm } from "../ui/form";
import { MarkdownInput } from "../ui/markdown";
import { Problem, RefusalNotice, Waiting } from "../ui/notices";
import { Field, Step, Tick, numberIn } from "../ui/steps";

interface Given {
  slug: string;
  title: string;
  text: string;
  public: boolean;
  rank: number | null;
}

function given(fields: FormData): Given {
  const text = (name: string) => String(fields.get(name));
  return { slug: text("slug"), title: text("title"), text: text("text"), public: fields.has("public"), rank: numberIn(fields, "rank") };
}

function Fields({ page }: { page?: SitePageShownFragment }) {
  return (
    <>
      <Field name="title" label={t("site_title")} value={page?.title} required maxLength={200} />
      <Field name="slug" label={t("site_slug")} value={page?.slug} required maxLength={60} />
      <MarkdownInput id={`text-${page?.id ?? "new"}`} name="text" label={t("text")} value={page?.text ?? ""} rows={10} required maxLength={40000} />
      <Field name="rank" label={t("site_rank")} value={page?.rank} type="number" min={0} />
      <Tick name="public" label={t("site_public")} on={page?.public} />
    </>
  );
}

export function NewSitePage({ school }: { school: string }) {
  const client = useClient();
  const [times, setTimes] = useState(0);
  const { busy, done, refusal, send } = useForm(async (fields) => {
    const input = { ...given(fields), school };
    const refused = refusalOf(await client.mutation(CreateSitePageDocument, { input }).toPromise());
    if (!refused) setTimes(times + 1);
    return refused;
  });

  return (
    <Disclosure summary={t("new_site_page")}>
      <form className="fields" onSubmit={(event) => void send(event)}>
        <Fields key={times} />
        <button type="submit" className="first" disabled={busy}>{t("save")}</button>
        {done && <p role="status">{t("saved")}</p>}
        <RefusalNotice refusal={refusal} />
      </form>
    </Disclosure>
  );
}

interface Props {
  page: SitePageShownFragment;
  onAway: (page: SitePageShownFragment) => void;
}

export function SitePageSteps({ page, onAway }: Props) {
  const of = page.title ?? "";
  const changed = (fields: FormData) => ({ ...given(fields), rank: numberIn(fields, "rank") ?? page.rank });
  const may = (name: (typeof page.viewerMay)[number]) => page.viewerMay.includes(name);
  return (
    <>
      {may("changeSitePage") && (
        <Step record={page} document={ChangeSitePageDocument} name={t("change_it")} of={of} input={changed}>
          <Fields page={page} />
        </Step>
      )}
      {may("putAwaySitePage") && (
        <Step record={page} document={PutAwaySitePageDocument} name={t("put_away")} of={of} reason={t("reason_put_away")} onDone={(done) => onAway({ ...page, ...done })} />
      )}
    </>
  );
}

function TakeBack({ page, of, onBack }: { page: SitePageShownFragment; of: string; onBack?: () => void }) {
  return <Step record={page} document={ChangeSitePageDocument} name={t("take_back")} of={of} reason={t("reason_restored_it")} input={() => ({ active: true })} onDone={onBack} />;
}

/** A page that was just put away, which may be taken back. */
export function TakenAway({ page, onBack }: { page: SitePageShownFragment; onBack: () => void }) {
  const of = page.title ?? "";
  return (
    <div role="status">
      {t("was_put_away", { title: of })}
      <TakeBack page={page} of={of} onBack={onBack} />
    </div>
  );
}

/** All that were put away, by their names in the address: their titles are told no more. */
export function AwayPages({ school, but }: { school: string; but: string | undefined }) {
  return <Disclosure summary={t("pages_put_away")} anew><AwayList school={school} but={but} /></Disclosure>;
}

function AwayList({ school, but }: { school: string; but: string | undefined }) {
  const { data, error, waiting } = useData(AwaySitePagesDocument, { school });
  if (waiting) return <Waiting />;
  const found = data?.school?.awaySitePages?.filter(({ id, active }) => !active && id !== but);
  if (!found) return <Problem error={error} />;
  if (found.length === 0) return <p>{t("nothing_here")}</p>;
  return (
    <ul className="notices">
      {found.map((page) => (
        <li key={page.id}>
          <strong>{page.slug}</strong> <small>{moment(page.changedAt)}</small>
          <TakeBack page={page} of={page.slug} />
        </li>
      ))}
    </ul>
  );
}
