/** The form by which a post with pictures is written on a page. */
import { type FormEvent, useState } from "react";
import { filesOf, uploadAll, whyNotUploaded } from "../files";
import { type Refusal, enter } from "../outbox";
import { t } from "../texts";
import { Disclosure } from "../ui/disclosure";
import { FilesField } from "../ui/files";
import { MarkdownField } from "../ui/markdown";
import { RefusalNotice } from "../ui/notices";
import { Unsent } from "../ui/unsent";
import { postsChanged } from "../wall";

export function Write({ page, school }: { page: string; school: string }) {
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  const of = `post:${page}`;

  async function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    setBusy(true);
    setRefusal(undefined);
    try {
      const files = await uploadAll(filesOf(new FormData(form)), school, "POST");
      const entered = enter("WritePost", { page, text, files }, of, text, { stays: true });
      form.reset();
      setText("");
      setBusy(false); // what waits for the network is shown, and more may be written meanwhile
      await entered;
      postsChanged();
    } catch (failure) {
      setRefusal(whyNotUploaded(failure));
      setBusy(false);
    }
  }

  return (
    <>
      <Unsent of={of} onChange={setText} />
      <Disclosure summary={t("write_post")}>
        <form className="fields" onSubmit={(event) => void send(event)}>
          <MarkdownField id="post-text" label={t("text")} text={text} onText={setText} required maxLength={4000} />
          <FilesField label={t("pictures")} accept="image/*" />
          <button type="submit" className="first" disabled={busy}>{t("publish")}</button>
          <RefusalNotice refusal={refusal} />
        </form>
      </Disclosure>
    </>
  );
}
