/** Changing one's own page: what it says, its picture, and what it looks like. */
import { type FormEvent, useState } from "react";
import { useClient } from "urql";
import { uploadAll, whyNotUploaded } from "../files";
import { ChangePageDocument, type PageQuery, type PageTheme } from "../generated/graphql";
import { type Refusal, refusalOf } from "../outbox";
import { t, word } from "../texts";
import { Disclosure } from "../ui/disclosure";
import { MarkdownField } from "../ui/markdown";
import { RefusalNotice } from "../ui/notices";

type Page = Extract<NonNullable<PageQuery["node"]>, { theme: unknown }>;

const THEMES: PageTheme[] = ["PLAIN", "FOREST", "SEA", "SUNSET", "NIGHT"];

export function EditPage({ page, school }: { page: Page; school: string }) {
  const client = useClient();
  const [about, setAbout] = useState(page.about ?? "");
  const [busy, setBusy] = useState(false);
  const [saved, setSaved] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();

  /** The picture from now on; undefined where it stays. */
  async function avatarOf(fields: FormData): Promise<string[] | undefined> {
    const file = fields.get("avatar");
    if (file instanceof File && file.size > 0) return uploadAll([file], school, "AVATAR");
    return fields.has("none") ? [] : undefined;
  }

  async function save(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const fields = new FormData(form);
    setBusy(true);
    setSaved(false);
    try {
      const input = {
        id: page.id,
        expectedVersion: page.version,
        reason: t("reason_own_page"),
        about: about.trim() || null,
        theme: String(fields.get("theme")) as PageTheme,
        avatar: await avatarOf(fields),
      };
      const refused = refusalOf(await client.mutation(ChangePageDocument, { input }).toPromise());
      setRefusal(refused);
      setSaved(!refused);
      if (!refused) form.reset();
    } catch (failure) {
      setRefusal(whyNotUploaded(failure));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Disclosure summary={t("edit_page")}>
      <form className="fields" onSubmit={(event) => void save(event)}>
        <MarkdownField id="about" label={t("page_about")} text={about} onText={setAbout} maxLength={4000} />
        <label htmlFor="theme">{t("page_theme")}</label>
        <select id="theme" name="theme" key={page.theme} defaultValue={page.theme}>
          {THEMES.map((one) => <option key={one} value={one}>{word("look", one)}</option>)}
        </select>
        <label htmlFor="avatar">{t("page_picture")}</label>
        <input id="avatar" name="avatar" type="file" accept="image/*" />
        {page.avatar.length > 0 && <label><input type="checkbox" name="none" /> {t("no_picture")}</label>}
        <button type="submit" className="first" disabled={busy}>{t("save")}</button>
        {saved && <p role="status">{t("saved")}</p>}
        <RefusalNotice refusal={refusal} />
      </form>
    </Disclosure>
  );
}
