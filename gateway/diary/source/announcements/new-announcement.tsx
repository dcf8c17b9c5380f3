/** The form by which the office and teachers announce something. */
import { useClient } from "urql";
import { filesOf, uploadAll } from "../files";
import { AnnounceToClassGroupDocument, AnnounceToCourseDocument, AnnounceToSchoolDocument } from "../generated/graphql";
import { type AnyMutation, refusalOf } from "../outbox";
import { t } from "../texts";
import { FilesField } from "../ui/files";
import { useForm } from "../ui/form";
import { RefusalNotice } from "../ui/notices";
import { Field } from "../ui/steps";
import { type Place, ToWhom, chosen } from "./places";

const SENT = {
  School: AnnounceToSchoolDocument,
  ClassGroup: AnnounceToClassGroupDocument,
  Course: AnnounceToCourseDocument,
} as unknown as Record<Place["kind"], AnyMutation>;

export function NewAnnouncement({ school, places }: { school: string; places: readonly Place[] }) {
  const client = useClient();
  const { busy, done, refusal, send } = useForm(async (fields) => {
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
        <Field name="title" label={t("what_about")} required maxLength={200} />
        <Field name="text" label={t("text")} rows={5} required maxLength={10000} />
        <FilesField />
        <button type="submit" className="first" disabled={busy}>{t("announce_it")}</button>
        <RefusalNotice refusal={refusal} />
        {done && <p role="status">{t("announced_it")}</p>}
      </form>
    </details>
  );
}
