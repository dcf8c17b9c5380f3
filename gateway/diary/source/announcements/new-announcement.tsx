/** The form by which the office and teachers announce something. */
import { useClient } from "urql";
import { filesOf, uploadAll } from "../files";
import { AnnounceToClassGroupDocument, AnnounceToCourseDocument, AnnounceToSchoolDocument } from "../generated/graphql";
import { type AnyMutation, refusalOf } from "../outbox";
import { t } from "../texts";
import { refusalText } from "../ui/notices";
import { useAdding } from "./adding";
import { type Place, ToWhom, chosen } from "./places";

const SENT = {
  School: AnnounceToSchoolDocument,
  ClassGroup: AnnounceToClassGroupDocument,
  Course: AnnounceToCourseDocument,
} as unknown as Record<Place["kind"], AnyMutation>;

export function NewAnnouncement({ school, places }: { school: string; places: readonly Place[] }) {
  const client = useClient();
  const { busy, done, refusal, send } = useAdding(async (fields) => {
    const files = filesOf(fields);
    const { kind, input: toWhom } = chosen(fields, places);
    const texts = { title: String(fields.get("title")), text: String(fields.get("text")) };
    const input = { ...toWhom, ...texts, files: files.length > 0 ? await uploadAll(files, school, "ANNOUNCEMENT") : null };
    return refusalOf(await client.mutation(SENT[kind], { input }).toPromise());
  });

  return (
    <details>
      <summary>{t("new_announcement")}</summary>
      <form className="fields" onSubmit={(event) => void send(event)}>
        <ToWhom places={places} />
        <label htmlFor="title">{t("announcement_title")}</label>
        <input id="title" name="title" required maxLength={200} />
        <label htmlFor="text">{t("text")}</label>
        <textarea id="text" name="text" rows={5} required maxLength={10000} />
        <label htmlFor="files">{t("files")}</label>
        <input id="files" name="files" type="file" multiple />
        <button type="submit" className="first" disabled={busy}>{t("announce_it")}</button>
        {refusal && <p role="alert" className="problem">{refusalText(refusal)}</p>}
        {done && <p role="status">{t("announced_it")}</p>}
      </form>
    </details>
  );
}
