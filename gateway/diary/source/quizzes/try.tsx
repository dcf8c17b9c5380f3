/** A try of a quiz: answered while its time runs, and what came of it. */
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { Link } from "wouter";
import { useIdAsked } from "../asked";
import { useSecondsUntil } from "../clock";
import { needsAll, useData } from "../epoch";
import { TryDocument, type TryWholeFragment } from "../generated/graphql";
import { enter, useOutbox } from "../outbox";
import type { Viewer } from "../session";
import { moment, number, t } from "../texts";
import { Waiting } from "../ui/notices";
import { Nowhere } from "../ui/nowhere";
import { Refused } from "../ui/refused";
import { quizPath } from ".";

type Question = TryWholeFragment["questions"][number];

/** The answer to one question, in place of what was answered before. */
interface Given {
  question: number;
  choices?: number[];
  text?: string | null;
}

export default function Try({ viewer }: { viewer: Viewer }) {
  const { data, error, waiting } = useData(TryDocument, { try: useIdAsked() });
  if (waiting) return <Waiting />;
  const one = data?.node && "endsAt" in data.node && "questions" in data.node ? data.node : null;
  if (!one) return <Nowhere error={error} />;
  const own = viewer.student?.id === one.student?.id;
  return (
    <>
      {one.quiz && <p className="no-print"><Link href={quizPath(one.quiz.id)}>{one.quiz.title}</Link></p>}
      <h1>{one.quiz?.title} <small>{one.student?.displayName}, {t("try_number", { number: one.number })}</small></h1>
      <Refused of={placeOf(one)} />
      {own && !one.over ? <Taking key={one.id} one={one} /> : <Taken one={one} />}
    </>
  );
}

/** The place in the outbox of what is entered in a try. */
const placeOf = (one: TryWholeFragment): string => `try:${one.id}`;

function Taking({ one }: { one: TryWholeFragment }) {
  const seconds = useSecondsUntil(one.endsAt);
  const of = placeOf(one);
  const entries = useOutbox().filter((entry) => entry.of === of && !entry.refused);
  const [sure, setSure] = useState(false);
  const entered = new Map(entries.flatMap(({ input }) => (input.answers as Given[] | undefined) ?? []).map((given) => [given.question, given]));
  const questions = one.questions.map((question, place) => withGiven(question, entered.get(place)));
  const left = questions.filter(({ chosen, answer }) => chosen.length === 0 && !answer).length;

  useEffect(() => {
    if (seconds === 0) needsAll(); // the gateway knows what came of it
  }, [seconds]);

  async function send(operation: "AnswerQuiz" | "HandInQuiz", more: { answers?: Given[] }) {
    const payload = await enter(operation, { try: one.id, ...more }, of, "", { stays: true });
    if (payload?.errors.length) needsAll();
  }

  return (
    <>
      <Countdown seconds={seconds} />
      {questions.map((question, place) => (
        <Asked key={place} question={question} place={place} onAnswer={(given) => void send("AnswerQuiz", { answers: [{ question: place, ...given }] })} />
      ))}
      <p className="tools">
        <button type="button" className="first" disabled={seconds === 0} onClick={() => (left > 0 && !sure ? setSure(true) : void send("HandInQuiz", {}))}>
          {sure && left > 0 ? t("hand_in_all_the_same") : t("hand_in")}
        </button>
        <span role="status" className="state">{entries.length > 0 ? t("to_be_sent") : t("answers_are_kept")}</span>
      </p>
      {sure && left > 0 && <p role="alert">{t("not_answered", { count: left })}</p>}
    </>
  );
}

/** The question with what was entered and has not been answered by the gateway yet. */
function withGiven(question: Question, given: Given | undefined): Question {
  if (!given) return question;
  return { ...question, chosen: given.choices ?? question.chosen, answer: given.text === undefined ? question.answer : given.text };
}

/** When a screen reader says how much time is left, in seconds. */
const SAID = [600, 300, 60, 30, 10];

function Countdown({ seconds }: { seconds: number }) {
  const said = SAID.findLast((each) => seconds <= each && seconds > 0);
  const shown = (of: number) => `${Math.floor(of / 60)}:${String(of % 60).padStart(2, "0")}`;
  return (
    <p className={`countdown${seconds <= 60 ? " overdue" : ""}`}>
      <span role="timer" aria-live="off">{t("time_left", { time: shown(seconds) })}</span>
      <span role="status" className="unseen">{seconds === 0 ? t("time_over") : said ? t("time_left", { time: shown(said) }) : ""}</span>
    </p>
  );
}

/** How long nothing is typed before what was typed is sent. */
const PAUSE = 800;

interface AskedProps {
  question: Question;
  place: number;
  onAnswer: (given: Omit<Given, "question">) => void;
}

function Asked({ question, place, onAnswer }: AskedProps) {
  const id = useId();
  const typing = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(typing.current), []);
  const { kind, text, choices, chosen, answer } = question;
  const title = <Title question={question} place={place} />;
  if (kind === "NUMBER" || kind === "TEXT") {
    const given = (typed: string) => {
      clearTimeout(typing.current);
      if (typed.trim() !== (answer ?? "")) onAnswer({ text: typed.trim() || null });
    };
    const later = (typed: string) => {
      clearTimeout(typing.current);
      typing.current = setTimeout(() => given(typed), PAUSE);
    };
    return (
      <div className="fields">
        <label htmlFor={id}>{title}</label>
        <input
          id={id}
          defaultValue={answer ?? ""}
          maxLength={500}
          autoComplete="off"
          inputMode={kind === "NUMBER" ? "decimal" : undefined}
          onChange={({ target }) => later(target.value)}
          onBlur={({ target }) => given(target.value)}
        />
      </div>
    );
  }
  const several = kind === "MULTIPLE";
  const pick = (at: number, on: boolean) => onAnswer({ choices: several ? [...chosen.filter((each) => each !== at), ...(on ? [at] : [])].sort((a, b) => a - b) : [at] });
  return (
    <fieldset className="fields" aria-label={text}>
      <legend>{title}</legend>
      {several && <small>{t("several_may_be_chosen")}</small>}
      {choices.map((choice, at) => (
        <label key={choice}>
          <input type={several ? "checkbox" : "radio"} name={id} checked={chosen.includes(at)} onChange={({ target }) => pick(at, target.checked)} /> {choice}
        </label>
      ))}
    </fieldset>
  );
}

function Title({ question, place }: { question: Question; place: number }): ReactNode {
  return <>{place + 1}. {question.text} <small>({t("points_count", { count: number(question.points) })})</small></>;
}

/** What was answered, and what is right where that may be seen. */
function Taken({ one }: { one: TryWholeFragment }) {
  const { quiz, questions, points, grade } = one;
  return (
    <>
      <p role="status">
        {!one.over && t("under_way")}
        {one.over && (points !== null ? <strong>{t("points_of", { count: number(points), all: number(quiz?.points) })}</strong> : quiz && t("points_told_at", { time: moment(quiz.closesAt) }))}
        {grade?.value && grade.state !== "WITHDRAWN" && <> · {t("mark_is", { mark: grade.value })}</>}
      </p>
      {one.over && quiz?.answersShown && questions.every(({ right, accepted }) => !right && !accepted) && (
        <p>{t("answers_shown_at", { time: moment(quiz.closesAt) })}</p>
      )}
      <ol className="notices taken">
        {questions.map((question, place) => (
          <li key={place}>
            <Title question={question} place={place} />
            <p>{t("answer")}: {said(question, question.chosen, question.answer) || "—"}</p>
            {question.got !== null && (
              <p>
                {t("right_is")}: {said(question, question.right ?? [], question.accepted?.join(" / "))} · {t("points_count", { count: number(question.got) })}
              </p>
            )}
          </li>
        ))}
      </ol>
    </>
  );
}

const said = ({ choices }: Question, places: readonly number[], text: string | null | undefined): string =>
  text || places.map((at) => choices[at]).join(", ");
