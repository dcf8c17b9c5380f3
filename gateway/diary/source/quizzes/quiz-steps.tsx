/** A quiz changed and taken back by its teacher. */
import { useId } from "react";
import { instantIn, localIn } from "../dates";
import { ChangeQuizDocument, type QuizWholeFragment, WithdrawQuizDocument } from "../generated/graphql";
import { t, word } from "../texts";
import { Field, Step, Tick, numberIn, textIn } from "../ui/steps";

const COUNTED = ["BEST", "LAST"] as const;

interface RulesProps {
  quiz?: QuizWholeFragment;
  timeZone: string;
}

/** The fields of a quiz besides its questions. */
export function QuizFields({ quiz, timeZone }: RulesProps) {
  const counted = useId();
  const local = (instant: string | undefined) => instant && localIn(timeZone, instant);
  return (
    <>
      <Field name="title" label={t("called")} value={quiz?.title} required maxLength={200} />
      <Field name="description" label={t("said_before_it")} value={quiz?.description} rows={3} maxLength={10000} />
      <Field name="opensAt" label={t("opens_at")} value={local(quiz?.opensAt)} type="datetime-local" required />
      <Field name="closesAt" label={t("ends_for_all")} value={local(quiz?.closesAt)} type="datetime-local" required />
      <Field name="minutes" label={t("minutes_of_try")} value={quiz?.minutes} type="number" min={1} max={1440} />
      <Field name="mostTries" label={t("tries_each")} value={quiz?.mostTries ?? 1} type="number" min={1} max={20} required />
      <label htmlFor={counted}>{t("which_counts")}</label>
      <select id={counted} name="counted" defaultValue={quiz?.counted ?? "BEST"}>
        {COUNTED.map((each) => <option key={each} value={each}>{word("counted", each)}</option>)}
      </select>
      <Tick name="pointsAtOnce" label={t("points_told_at_once")} on={quiz?.pointsAtOnce ?? false} />
      <Tick name="answersShown" label={t("answers_shown_later")} on={quiz?.answersShown ?? true} />
    </>
  );
}

export const quizIn = (fields: FormData, timeZone: string) => ({
  title: textIn(fields, "title") ?? "",
  description: textIn(fields, "description"),
  opensAt: instantIn(timeZone, String(fields.get("opensAt"))),
  closesAt: instantIn(timeZone, String(fields.get("closesAt"))),
  minutes: numberIn(fields, "minutes"),
  mostTries: numberIn(fields, "mostTries") ?? 1,
  counted: fields.get("counted") === "LAST" ? ("LAST" as const) : ("BEST" as const),
  pointsAtOnce: fields.has("pointsAtOnce"),
  answersShown: fields.has("answersShown"),
});

export function QuizSteps({ quiz, timeZone }: { quiz: QuizWholeFragment; timeZone: string }) {
  const of = quiz.title ?? "";
  return (
    <>
      <Step record={quiz} document={ChangeQuizDocument} name={t("change_it")} of={of} input={(fields) => quizIn(fields, timeZone)}>
        <QuizFields quiz={quiz} timeZone={timeZone} />
      </Step>
      <Step record={quiz} document={WithdrawQuizDocument} name={t("withdraw")} of={of} reason={t("reason_taken_back")} />
    </>
  );
}
