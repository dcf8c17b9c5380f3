/** The form by which the office and teachers announce something. */
import { type FormEvent, useState } from "react";
import { type AnyVariables, type TypedDocumentNode, useClient } from "urql";
import { needsAll } from "../epoch";
import { NotUploaded, uploadAll } from "../files";
import { AnnounceToClassGroupDocument, AnnounceToCourseDocument, AnnounceToSchoolDocument } from "../generated/graphql";
import type { Refusal } from "../outbox";
import { t } from "../texts";
import { refusalText } from "../ui/notices";
import { type Place, ToWhom, chosen } from "./places";

const SENT = {
  School: AnnounceToSchoolDocument,
  ClassGroup: AnnounceToClassGroupDocument,
  Course: AnnounceToCourseDocument,
} as unknown as Record<Place["kind"], TypedDocumentNode<Record<string, { errors: Refusal[] } | null>, AnyVariables>>;

export function NewAnnouncement({ school, places }: { school: string; places: readonly Place[] }) {
  const client = useClient();
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();

  async function announce(form: HTMLFormElement) {
    const fields = new FormData(form);
    const files = fields.getAll("files").filter((one): one is File => one instanceof File && one.size > 0);
    const { kind, input: toWhom } = chosen(fields, places);
    const texts = { title: String(fields.get("title")), text: String(fields.get("text")) };
    const input = { ...toWhom, ...texts, files: files.length > 0 ? await uploadAll(files, school, "ANNOUNCEMENT") : null };
    const { data, error } = await client.mutation(SENT[kind], { input }).toPromise();
    const errors = data?.[`announceTo${kind}`]?.errors;
    setRefusal(errors ? errors[0] : { code: error?.networkError ? "NO_NETWORK" : "INTERNAL", message: "" });
    if (errors?.length !== 0) return;
    form.reset();
    setDone(true);
    needsAll();
  }

  async function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setBusy(true);
    setDone(false);
    try {
      await announce(event.currentTarget);
    } catch (failure) {
      if (!(failure instanceof NotUploaded)) throw failure;
      setRefusal(failure.refusal);
    } finally {
      setBusy(false);
    }
  }

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
