/** The form by which a survey is answered, all of it at once. */
import { type FormEvent, useId, useState } from "react";
import { needsAll } from "../epoch";
import type { SurveyWholeFragment } from "../generated/graphql";
import { enter, useOutbox } from "../outbox";
import { t } from "../texts";

type Question = SurveyWholeFragment["questions"][number];

/** The place in the outbox of what is answered in a survey. */
export const answersOf = (survey: string): string => `survey:${survey}`;

export function AnswerForm({ survey }: { survey: SurveyWholeFragment }) {
  const [missing, setMissing] = useState(false);
  const of = answersOf(survey.id);
  const waiting = useOutbox().some((one) => one.of === of && !one.refused);

  async function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const answers = survey.questions.map((question, place) => answerOf(question, place, fields));
    const left = survey.questions.some(({ required }, place) => required && !answers[place]);
    setMissing(left);
    if (left) return;
    const payload = await enter("AnswerSurvey", { survey: survey.id, answers: answers.filter(Boolean) }, of, "", { stays: true });
    if (payload?.errors.length) needsAll();
  }

  return (
    <form className="fields survey" aria-label={t("your_answers")} onSubmit={(event) => void send(event)}>
      {survey.questions.map((question, place) => <Asked key={place} question={question} place={place} />)}
      <button type="submit" className="first" disabled={waiting}>{t("send")}</button>
      {waiting && <p role="status">{t("to_be_sent")}</p>}
      {missing && <p role="alert" className="problem">{t("answer_all")}</p>}
    </form>
  );
}

const named = (place: number) => `question ${place}`;

/** What was answered to the question; undefined where nothing was. */
function answerOf({ kind }: Question, question: number, fields: FormData) {
  const given = fields.getAll(named(question)).map((one) => String(one).trim()).filter(Boolean);
  if (given.length === 0) return undefined;
  if (kind === "TEXT") return { question, text: given[0] };
  if (kind === "SCALE") return { question, number: Number(given[0]) };
  return { question, choices: given.map(Number) };
}

function Asked({ question, place }: { question: Question; place: number }) {
  const id = useId();
  const { kind, text, choices, least, most, required } = question;
  const title = required ? text : `${text} (${t("not_required")})`;
  if (kind === "TEXT") {
    return (
      <>
        <label htmlFor={id}>{title}</label>
        <textarea id={id} name={named(place)} rows={3} maxLength={500} required={required} />
      </>
    );
  }
  const scale = kind === "SCALE" && typeof least === "number" && typeof most === "number";
  const options = scale ? Array.from({ length: most - least + 1 }, (_, step) => [String(least + step), String(least + step)]) : choices.map((choice, at) => [String(at), choice]);
  return (
    <fieldset className={scale ? "scale" : undefined}>
      <legend>{title}</legend>
      {kind === "MULTIPLE" && <small>{t("several_may_be_chosen")}</small>}
      {options.map(([value, said]) => (
        <label key={value}>
          <input type={kind === "MULTIPLE" ? "checkbox" : "radio"} name={named(place)} value={value} /> {said}
        </label>
      ))}
    </fieldset>
  );
}
