/** Questions of the FAQ as the office adds, changes and puts them away. */
import { useClient } from "urql";
import { ChangeFaqEntryDocument, CreateFaqEntriesDocument, type FaqLineFragment, PutAwayFaqEntryDocument } from "../generated/graphql";
import { refusalOf } from "../outbox";
import { language, t } from "../texts";
import { useForm } from "../ui/form";
import { RefusalNotice } from "../ui/notices";
import { Field, Step, numberIn, textIn } from "../ui/steps";

function Texts({ one }: { one?: FaqLineFragment }) {
  return (
    <>
      <Field name="questionEn" label={t("question_en")} value={one?.questionEn} maxLength={500} />
      <Field name="answerEn" label={t("answer_en")} value={one?.answerEn} rows={3} />
      <Field name="questionRu" label={t("question_ru")} value={one?.questionRu} maxLength={500} />
      <Field name="answerRu" label={t("answer_ru")} value={one?.answerRu} rows={3} />
    </>
  );
}

const written = (fields: FormData) => ({
  questionEn: textIn(fields, "questionEn"),
  answerEn: textIn(fields, "answerEn"),
  questionRu: textIn(fields, "questionRu"),
  answerRu: textIn(fields, "answerRu"),
});

export function EntrySteps({ one }: { one: FaqLineFragment }) {
  const of = one.questionEn ?? one.questionRu ?? "";
  if (!one.viewerMay.includes("changeFaqEntry")) return null;
  return (
    <div lang={language()}>
      <Step record={one} document={ChangeFaqEntryDocument} name={t("change_it")} of={of} input={(fields) => ({ ...written(fields), rank: numberIn(fields, "rank") ?? one.rank })}>
        <Texts one={one} />
        <Field name="rank" label={t("rank")} value={one.rank} type="number" min={0} />
      </Step>
      <Step record={one} document={PutAwayFaqEntryDocument} name={t("put_away")} of={of} reason={t("reason_put_away")} />
    </div>
  );
}

/** Takes back a question that was put away. */
export function EntryBack({ one }: { one: FaqLineFragment }) {
  const of = one.questionEn ?? one.questionRu ?? "";
  if (!one.viewerMay.includes("changeFaqEntry")) return null;
  return <Step record={one} document={ChangeFaqEntryDocument} name={t("take_back")} of={of} reason={t("reason_restored_it")} input={() => ({ active: true })} />;
}

export function NewEntry({ school }: { school: string }) {
  const client = useClient();
  const { busy, refusal, send } = useForm(async (fields) => {
    const input = { school, faqEntries: [written(fields)] };
    return refusalOf(await client.mutation(CreateFaqEntriesDocument, { input }).toPromise());
  });
  return (
    <details>
      <summary>{t("new_question")}</summary>
      <form className="fields" onSubmit={(event) => void send(event)}>
        <Texts />
        <button type="submit" className="first" disabled={busy}>{t("add")}</button>
        <RefusalNotice refusal={refusal} />
      </form>
    </details>
  );
}
