/** Texts translated by the engine that the gateway has, if it has one. */
import { type FormEvent, useState } from "react";
import { useClient } from "urql";
import { useData } from "../epoch";
import { TranslateDocument, type TranslateMutation, TranslatorDocument } from "../generated/graphql";
import { type Refusal, refusalOf } from "../outbox";
import { language, t } from "../texts";
import { RefusalNotice } from "../ui/notices";

const USUAL = ["en", "ru", "de", "fr"];

export function Translator() {
  const client = useClient();
  const { data, again } = useData(TranslatorDocument, {});
  const [found, setFound] = useState<TranslateMutation["translate"]["translation"]>();
  const [refusal, setRefusal] = useState<Refusal>();
  const [busy, setBusy] = useState(false);
  const translator = data?.viewer?.translator;
  const names = new Intl.DisplayNames(language(), { type: "language" });
  if (!data?.viewer) return null;

  async function translate(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    setBusy(true);
    const input = { text: String(given.get("text")), to: String(given.get("to")), from: String(given.get("from")) || null };
    const result = await client.mutation(TranslateDocument, { input }).toPromise();
    setBusy(false);
    setRefusal(refusalOf(result));
    setFound(result.data?.translate.translation);
    again();
  }

  const options = (translator?.languages ?? USUAL).map((tag) => <option key={tag} value={tag}>{names.of(tag)}</option>);
  return (
    <section aria-labelledby="translator">
      <h2 id="translator">{t("translator")}</h2>
      {!translator && <p>{t("error_NOT_CONFIGURED")}</p>}
      {translator && (
        <form className="fields" onSubmit={(event) => void translate(event)}>
          <label htmlFor="text-to-translate">{t("text")}</label>
          <textarea id="text-to-translate" name="text" maxLength={5000} required />
          <label htmlFor="translate-from">{t("from")}</label>
          <select id="translate-from" name="from"><option value="">{t("language_guessed")}</option>{options}</select>
          <label htmlFor="translate-to">{t("to")}</label>
          <select id="translate-to" name="to" defaultValue={language()}>{options}</select>
          <button type="submit" className="first" disabled={busy}>{t("translate")}</button>
          <small>{t("characters_left", { count: translator.charactersLeft })}</small>
        </form>
      )}
      <RefusalNotice refusal={refusal} />
      {found && <p role="status" className="paper text translated">{found.text}</p>}
    </section>
  );
}
