/** Archives of all that a school keeps of a student: made in the background, and downloaded once. */
import { useClient } from "urql";
import { useData } from "../epoch";
import { DataExportsDocument, ExportStudentDataDocument } from "../generated/graphql";
import { newKey, refusalOf } from "../outbox";
import { language, moment } from "../texts";
import { t, word } from "../texts/records";
import { useForm } from "./form";
import { RefusalNotice } from "./notices";

interface Props {
  student: string;
  name: string;
  timeZone?: string;
}

export function DataExports({ student, name, timeZone }: Props) {
  const client = useClient();
  const { data } = useData(DataExportsDocument, { student });
  const { busy, refusal, send } = useForm(async () => {
    const input = { student, language: language(), idempotencyKey: newKey() };
    return refusalOf(await client.mutation(ExportStudentDataDocument, { input }).toPromise());
  });
  const found = data?.student;
  if (!found?.viewerMay.includes("exportStudentData")) return null;
  return (
    <section aria-label={`${t("export_title")}: ${name}`} className="no-print">
      <h2>{t("export_title")}</h2>
      <p className="help">{t("export_help", { name })}</p>
      <form onSubmit={(event) => void send(event)}>
        <button type="submit" disabled={busy}>{t("export_do")}</button>
      </form>
      <RefusalNotice refusal={refusal} />
      <ul className="notices" aria-live="polite">
        {found.dataExports?.map(({ id, state, done, parts, askedAt, expiresAt, address }) => (
          <li key={id}>
            {moment(askedAt, timeZone)} <span className="state">{word("exported", state)}</span>{" "}
            {state === "RUNNING" && <small>{t("export_parts", { done, parts })}</small>}
            {address && (
              <>
                <a href={address} download aria-label={`${t("export_download")}: ${name}, ${moment(askedAt, timeZone)}`}>{t("export_download")}</a>{" "}
                <small>{t("export_until", { time: moment(expiresAt, timeZone) })}</small>
              </>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
