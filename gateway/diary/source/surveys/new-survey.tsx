/** The form by which the office and teachers ask the school, a class or a course. */
import { useId, useState } from "react";
import { useClient } from "urql";
import { type Place, ToWhom, chosen } from "../announcements/places";
import { instantIn } from "../dates";
import { AskClassGroupDocument, AskCourseDocument, AskSchoolDocument, type SurveyQuestionKind } from "../generated/graphql";
import { type AnyMutation, refusalOf } from "../outbox";
import { t, word } from "../texts";
import { useForm } from "../ui/form";
import { RefusalNotice } from "../ui/notices";
import { Field, Tick, linesIn, numberIn, textIn } from "../ui/steps";

const KINDS = ["SINGLE", "MULTIPLE", "SCALE", "TEXT"] as const;
const ONCE = ["PERSON", "FAMILY"] as const;
const SENT = {
  School: AskSchoolDocument,
  ClassGroup: AskClassGroupDocument,
  Course: AskCourseDocument,
} as unknown as Record<Place["kind"], AnyMutation>;

interface Draft {
  key: number;
  kind: SurveyQuestionKind;
}

const FIRST: readonly Draft[] = [{ key: 0, kind: "SINGLE" }];

export function NewSurvey({ places, timeZone }: { places: readonly Place[]; timeZone: string }) {
  const client = useClient();
  const once = useId();
  const [drafts, setDrafts] = useState(FIRST);
  const { busy, done, refusal, send } = useForm(async (fields) => {
    const { kind, input: toWhom } = chosen(fields, places);
    const closesAt = textIn(fields, "closesAt");
    const input = {
      ...toWhom,
      title: textIn(fields, "title") ?? "",
      description: textIn(fields, "description"),
      anonymous: fields.has("anonymous"),
      oncePer: String(fields.get("oncePer")),
      resultsTold: fields.has("resultsTold"),
      closesAt: closesAt && instantIn(timeZone, closesAt),
      questions: drafts.map((one) => questionOf(one, fields)),
    };
    const refused = refusalOf(await client.mutation(SENT[kind], { input }).toPromise());
    if (!refused) setDrafts([{ key: next(drafts), kind: "SINGLE" }]);
    return refused;
  });
  const change = (key: number, kind: SurveyQuestionKind) => setDrafts(drafts.map((one) => (one.key === key ? { key, kind } : one)));

  return (
    <details>
      <summary>{t("new_survey")}</summary>
      <form className="fields" onSubmit={(event) => void send(event)}>
        <ToWhom places={places} />
        <Field name="title" label={t("what_about")} required maxLength={200} />
        <Field name="description" label={t("said_before")} rows={3} maxLength={10000} />
        <Tick name="anonymous" label={t("anonymous_tick")} on />
        <label htmlFor={once}>{t("who_answers_once")}</label>
        <select id={once} name="oncePer">
          {ONCE.map((each) => <option key={each} value={each}>{word("once_per", each)}</option>)}
        </select>
        <Tick name="resultsTold" label={t("results_told")} />
        <Field name="closesAt" label={t("closes_at")} type="datetime-local" />
        {drafts.map((one, place) => (
          <QuestionFields
            key={one.key}
            draft={one}
            place={place + 1}
            onKind={(kind) => change(one.key, kind)}
            onRemove={drafts.length > 1 ? () => setDrafts(drafts.filter(({ key }) => key !== one.key)) : undefined}
          />
        ))}
        <button type="button" onClick={() => setDrafts([...drafts, { key: next(drafts), kind: "SINGLE" }])}>{t("add_question")}</button>
        <button type="submit" className="first" disabled={busy}>{t("ask_it")}</button>
        <RefusalNotice refusal={refusal} />
        {done && <p role="status">{t("asked_it")}</p>}
      </form>
    </details>
  );
}

const next = (drafts: readonly Draft[]): number => Math.max(...drafts.map(({ key }) => key)) + 1;

function questionOf({ key, kind }: Draft, fields: FormData) {
  const chosenOf = kind === "SINGLE" || kind === "MULTIPLE";
  return {
    kind,
    text: textIn(fields, `text ${key}`) ?? "",
    required: fields.has(`required ${key}`),
    choices: chosenOf ? linesIn(fields, `choices ${key}`) : null,
    least: kind === "SCALE" ? numberIn(fields, `least ${key}`) : null,
    most: kind === "SCALE" ? numberIn(fields, `most ${key}`) : null,
  };
}

interface QuestionProps {
  draft: Draft;
  /** Which question it is, from 1. */
  place: number;
  onKind: (kind: SurveyQuestionKind) => void;
  onRemove?: () => void;
}

function QuestionFields({ draft: { key, kind }, place, onKind, onRemove }: QuestionProps) {
  const id = useId();
  return (
    <fieldset>
      <legend>{t("question_number", { number: place })}</legend>
      <label htmlFor={id}>{t("how_answered")}</label>
      <select id={id} value={kind} onChange={({ target }) => onKind(target.value as SurveyQuestionKind)}>
        {KINDS.map((each) => <option key={each} value={each}>{word("question", each)}</option>)}
      </select>
      <Field name={`text ${key}`} label={t("question_text")} required maxLength={10000} />
      {(kind === "SINGLE" || kind === "MULTIPLE") && <Field name={`choices ${key}`} label={t("choices_lines")} rows={3} required />}
      {kind === "SCALE" && (
        <>
          <Field name={`least ${key}`} label={t("scale_from")} value={1} type="number" min={0} max={99} required />
          <Field name={`most ${key}`} label={t("scale_to")} value={5} type="number" min={1} max={100} required />
        </>
      )}
      <Tick name={`required ${key}`} label={t("required_tick")} on={kind !== "TEXT"} />
      {onRemove && <button type="button" className="quiet" onClick={onRemove}>{t("remove")}</button>}
    </fieldset>
  );
}
