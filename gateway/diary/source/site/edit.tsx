/** The form by which the office writes a page of the site. */
import { type FormEvent, useState } from "react";
import { useClient } from "urql";
import { ChangeSitePageDocument, CreateSitePageDocument, type SitePageShownFragment } from "../generated/graphql";
import { type Refusal, refusalOf } from "../outbox";
import { t } from "../texts";
import { MarkdownField } from "../ui/markdown";
import { refusalText } from "../ui/notices";

interface Props {
  school: string;
  /** The page that is changed; a new one without it. */
  page?: SitePageShownFragment;
  onSaved: () => void;
}

export function EditSitePage({ school, page, onSaved }: Props) {
  const client = useClient();
  const [text, setText] = useState(page?.text ?? "");
  const [saved, setSaved] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  const id = (name: string) => `${name}-${page?.id ?? "new"}`;

  async function save(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const fields = new FormData(form);
    const rank = String(fields.get("rank"));
    const input = {
      slug: String(fields.get("slug")),
      title: String(fields.get("title")),
      text,
      public: fields.has("public"),
      ...(rank && { rank: Number(rank) }),
    };
    const sent = page
      ? client.mutation(ChangeSitePageDocument, { input: { ...input, id: page.id, expectedVersion: page.version, reason: t("reason_office") } })
      : client.mutation(CreateSitePageDocument, { input: { ...input, school } });
    const refused = refusalOf(await sent.toPromise());
    setRefusal(refused);
    setSaved(!refused);
    if (refused) return;
    if (!page) {
      form.reset();
      setText("");
    }
    onSaved();
  }

  return (
    <form className="fields" onSubmit={(event) => void save(event)}>
      <label htmlFor={id("title")}>{t("site_title")}</label>
      <input id={id("title")} name="title" required maxLength={200} defaultValue={page?.title ?? ""} />
      <label htmlFor={id("slug")}>{t("site_slug")}</label>
      <input id={id("slug")} name="slug" required maxLength={60} pattern="[a-z0-9]+(-[a-z0-9]+)*" title={t("site_slug")} autoCapitalize="none" defaultValue={page?.slug} />
      <MarkdownField id={id("text")} label={t("text")} text={text} onText={setText} rows={10} required maxLength={40000} />
      <label htmlFor={id("rank")}>{t("site_rank")}</label>
      <input id={id("rank")} name="rank" type="number" min={0} defaultValue={page?.rank} />
      <label><input type="checkbox" name="public" defaultChecked={page?.public} /> {t("site_public")}</label>
      <button type="submit" className="first">{t("save")}</button>
      {saved && <p role="status">{t("saved")}</p>}
      {refusal && <p role="alert" className="problem">{refusalText(refusal)}</p>}
    </form>
  );
}
