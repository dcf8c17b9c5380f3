/** What a material is, in a form. */
import { useId } from "react";
import type { MaterialKind, MaterialLineFragment } from "../generated/graphql";
import { t, word } from "../texts";
import { FilesField } from "../ui/files";
import { Field, textIn } from "../ui/steps";

const KINDS = ["LITERATURE", "LINK", "FILES"] as const;

export function MaterialFields({ one }: { one?: MaterialLineFragment }) {
  const kind = useId();
  return (
    <>
      <label htmlFor={kind}>{t("kind")}</label>
      <select id={kind} name="kind" defaultValue={one?.kind ?? "LITERATURE"}>
        {KINDS.map((each) => <option key={each} value={each}>{word("material", each)}</option>)}
      </select>
      <Field name="title" label={t("called")} value={one?.title} required maxLength={200} />
      <Field name="description" label={t("material_about")} value={one?.description} rows={3} maxLength={10000} />
      <Field name="link" label={t("material_link")} value={one?.link} type="url" maxLength={2000} />
      <FilesField />
    </>
  );
}

export const materialIn = (fields: FormData) => ({
  kind: String(fields.get("kind")) as MaterialKind,
  title: textIn(fields, "title") ?? "",
  description: textIn(fields, "description"),
  link: textIn(fields, "link"),
});
