/** Texts in Markdown, which the gateway renders: what it answers is safe to show. */
import { useState } from "react";
import { type CombinedError, useClient } from "urql";
import { PreviewDocument } from "../generated/graphql";
import { t } from "../texts";
import { Problem } from "./notices";

export function Markdown({ html }: { html: string }) {
  return <div className="markdown" dangerouslySetInnerHTML={{ __html: html }} />;
}

interface Props {
  id: string;
  name?: string;
  label: string;
  text: string;
  onText: (text: string) => void;
  rows?: number;
  required?: boolean;
  maxLength?: number;
}

/** A field for a text, and how the gateway renders what is in it. */
export function MarkdownField({ id, name, label, text, onText, rows = 4, required, maxLength }: Props) {
  const client = useClient();
  const [html, setHtml] = useState<string>();
  const [error, setError] = useState<CombinedError>();

  async function preview() {
    const asked = client.query(PreviewDocument, { text }, { requestPolicy: "network-only" });
    const result = await asked.toPromise();
    setHtml(result.data?.previewMarkdown);
    setError(result.error);
  }

  return (
    <>
      <label htmlFor={id}>{label}</label>
      <textarea id={id} name={name} rows={rows} required={required} maxLength={maxLength} value={text} aria-describedby={`${id}-hint`} onChange={({ target }) => onText(target.value)} />
      <small id={`${id}-hint`} className="help">{t("markdown_hint")}</small>
      <div><button type="button" disabled={text.trim() === ""} onClick={() => void preview()}>{t("preview")}</button></div>
      {error && <Problem error={error} />}
      {html !== undefined && <section className="preview" aria-label={t("preview")} aria-live="polite"><Markdown html={html} /></section>}
    </>
  );
}

/** The same, of a form that is read when it is sent. */
export function MarkdownInput({ value, ...props }: Omit<Props, "text" | "onText"> & { name: string; value: string }) {
  const [text, setText] = useState(value);
  return <MarkdownField {...props} text={text} onText={setText} />;
}
