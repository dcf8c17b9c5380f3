/** Files of a record, and the fields of a form in which they are chosen. */
import { useId } from "react";
import { t } from "../texts";

interface Shown {
  id: string;
  name: string;
  url: string;
}

/** Files as links that download them. */
export function Files({ files }: { files: readonly Shown[] }) {
  if (files.length === 0) return null;
  return (
    <ul className="files">
      {files.map(({ id, name, url }) => (
        <li key={id}><a href={url} download>{name}</a></li>
      ))}
    </ul>
  );
}

/** Where files are chosen: `filesOf` reads them from the form. */
export function FilesField({ label = t("files"), accept }: { label?: string; accept?: string }) {
  const id = useId();
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <input id={id} name="files" type="file" accept={accept} multiple />
    </>
  );
}

/** A tick for each file that a record has, by which it stays. */
export function KeptFiles({ files }: { files: readonly Pick<Shown, "id" | "name">[] }) {
  return files.map(({ id, name }) => (
    <label key={id}><input type="checkbox" name="kept" value={id} defaultChecked /> {t("keep_file", { name })}</label>
  ));
}

/** The ids of the files that stay. */
export const keptIn = (fields: FormData): string[] => fields.getAll("kept").map(String);
