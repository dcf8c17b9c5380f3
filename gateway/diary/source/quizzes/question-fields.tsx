/** The fields of a question of the bank, and how its right answers are shown. */
import { useId, useState } from "react";
import type { BankQuestionFragment, QuizQuestionKind } from "../generated/graphql";
import { number, t, word } from "../texts";
import { Field, linesIn, textIn } from "../ui/steps";

const KINDS = ["SINGLE", "MULTIPLE", "NUMBER", "TEXT"] as const;
const FEWEST = 4;

export function QuestionFields({ question }: { question?: BankQuestionFragment }) {
  const id = useId();
  const [kind, setKind] = useState<QuizQuestionKind>(question?.kind ?? "SINGLE");
  const [rows, setRows] = useState(Math.max(FEWEST, question?.choices.length ?? 0));
  const byChoice = kind === "SINGLE" || kind === "MULTIPLE";
  return (
    <>
      <label htmlFor={id}>{t("how_answered")}</label>
      <select id={id} name="kind" value={kind} onChange={({ target }) => setKind(target.value as QuizQuestionKind)}>
        {KINDS.map((each) => <option key={each} value={each}>{word("question", each)}</option>)}
      </select>
      <Field name="text" label={t("question_text")} value={question?.text} rows={2} required maxLength={10000} />
      <label htmlFor={`${id} points`}>{t("points")}</label>
      <input id={`${id} points`} name="points" inputMode="decimal" required defaultValue={question ? number(question.points) : "1"} />
      {byChoice ? (
        <fieldset>
          <legend>{t("choices_and_right")}</legend>
          {Array.from({ length: rows }, (_, at) => (
            <div key={at} className="choice">
              <input
                type={kind === "SINGLE" ? "radio" : "checkbox"}
                name="right"
                value={at}
                aria-label={t("choice_is_right", { number: at + 1 })}
                defaultChecked={question?.right.includes(at)}
              />{" "}
              <input name={`choice ${at}`} aria-label={t("choice_number", { number: at + 1 })} defaultValue={question?.choices[at] ?? ""} maxLength={500} />
            </div>
          ))}
          <button type="button" className="quiet" onClick={() => setRows(rows + 1)}>{t("add_choice")}</button>
        </fieldset>
      ) : (
        <Field name="accepted" label={t("accepted_lines")} value={question?.accepted.join("\n")} rows={2} required />
      )}
    </>
  );
}

/** What was entered; choices that say nothing are left out. */
export function questionIn(fields: FormData) {
  const kind = String(fields.get("kind")) as QuizQuestionKind;
  const shared = { kind, text: textIn(fields, "text") ?? "", points: (textIn(fields, "points") ?? "").replace(",", ".") };
  if (kind === "NUMBER" || kind === "TEXT") return { ...shared, choices: [], right: [], accepted: linesIn(fields, "accepted") };
  const marked = new Set(fields.getAll("right").map(Number));
  const named = [...fields.keys()].filter((name) => name.startsWith("choice "));
  const choices = named.flatMap((name) => {
    const text = textIn(fields, name);
    return text === null ? [] : [{ text, right: marked.has(Number(name.slice("choice ".length))) }];
  });
  return {
    ...shared,
    choices: choices.map(({ text }) => text),
    right: choices.flatMap(({ right }, at) => (right ? [at] : [])),
    accepted: [],
  };
}

type Shown = Pick<BankQuestionFragment, "points" | "choices" | "right" | "accepted">;

export function RightAnswers({ question: { points, choices, right, accepted } }: { question: Shown }) {
  const answers = choices.length > 0 ? right.map((at) => choices[at]) : accepted;
  return <small>{choices.length > 0 && `${choices.join(" / ")} · `}{t("right_is")}: {answers.join(", ")} · {t("points_count", { count: number(points) })}</small>;
}
