/** One quiz: begun by students, followed by families, kept and graded by its teacher. */
import { useState } from "react";
import { useClient } from "urql";
import { Link, useLocation } from "wouter";
import { useIdAsked } from "../asked";
import { needsAll, useData } from "../epoch";
import { BeginQuizDocument, QuizDocument, type QuizWholeFragment, type TryLineFragment } from "../generated/graphql";
import { type Refusal, newKey, refusalOf } from "../outbox";
import { type Viewer, schoolOf } from "../session";
import { moment, number, t, word } from "../texts";
import { courseName } from "../ui/course-name";
import { RefusalNotice, Waiting } from "../ui/notices";
import { Nowhere } from "../ui/nowhere";
import { timesOf } from ".";
import { QuizClass } from "./class";
import { QuizSteps } from "./quiz-steps";

export default function Quiz({ viewer }: { viewer: Viewer }) {
  const { data, error, waiting } = useData(QuizDocument, { quiz: useIdAsked() });
  if (waiting) return <Waiting />;
  const quiz = data?.node && "questionCount" in data.node ? data.node : null;
  if (!quiz) return <Nowhere error={error} />;
  const school = schoolOf(viewer, quiz.course);
  const timeZone = school?.timeZone ?? "UTC";
  const keeps = quiz.viewerMay.includes("changeQuiz");
  return (
    <>
      <p className="no-print"><Link href="/diary/quizzes">{t("nav_quizzes")}</Link></p>
      <h1>{quiz.title ?? t("taken_back_now")} <small>{courseName(quiz.course)}</small></h1>
      <p className="state">{word("quiz", quiz.state)} · {timesOf(quiz, timeZone)}</p>
      {quiz.description && <p className="text">{quiz.description}</p>}
      <Rules quiz={quiz} />
      {keeps && <QuizSteps quiz={quiz} timeZone={timeZone} />}
      {keeps ? <QuizClass quiz={quiz} today={school?.today ?? ""} timeZone={timeZone} /> : <Own quiz={quiz} viewer={viewer} timeZone={timeZone} />}
    </>
  );
}

function Rules({ quiz }: { quiz: QuizWholeFragment }) {
  const marks = quiz.marks.map(({ mark, percent }) => t("mark_from", { mark, percent: number(percent) })).join(", ");
  return (
    <ul className="rules">
      <li>{t("points_at_most", { count: number(quiz.points) })}</li>
      <li>{quiz.mostTries === 1 ? t("one_try") : t("most_tries", { count: quiz.mostTries, counted: word("counted", quiz.counted) })}</li>
      <li>{quiz.pointsAtOnce ? t("points_told_at_once") : t("points_told_later")}</li>
      <li>{quiz.answersShown ? t("answers_shown_later") : t("answers_never_shown")}</li>
      {marks && <li>{t("marks_by_points", { marks })}</li>}
    </ul>
  );
}

function Own({ quiz, viewer, timeZone }: { quiz: QuizWholeFragment; viewer: Viewer; timeZone: string }) {
  const client = useClient();
  const [, go] = useLocation();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  const own = quiz.tries.filter(({ student }) => student?.id === viewer.student?.id);
  const running = own.find(({ over }) => !over);
  const left = quiz.mostTries - own.length;

  async function begin() {
    setBusy(true);
    const input = { quiz: quiz.id, idempotencyKey: newKey() };
    const result = await client.mutation(BeginQuizDocument, { input }).toPromise();
    const refused = refusalOf(result);
    const begun = result.data?.beginQuiz?.quizTry;
    setBusy(false);
    setRefusal(refused);
    needsAll();
    if (begun) go(tryPath(begun.id));
  }

  return (
    <>
      {running && <p><Link href={tryPath(running.id)}>{t("go_on_with_try")}</Link></p>}
      {!running && quiz.viewerMay.includes("beginQuiz") && left > 0 && (
        <p>
          {quiz.minutes && `${t("time_runs_from_then", { minutes: quiz.minutes })} `}
          <button type="button" className="first" disabled={busy} onClick={() => void begin()}>{t("begin_try")}</button>
        </p>
      )}
      <RefusalNotice refusal={refusal} />
      {quiz.tries.length > 0 && (
        <>
          <h2>{t("tries")}</h2>
          <ul className="notices">
            {quiz.tries.map((one) => <li key={one.id}><TryLine one={one} timeZone={timeZone} /></li>)}
          </ul>
        </>
      )}
    </>
  );
}

export const tryPath = (id: string): string => `/diary/quiz-try/${encodeURIComponent(id)}`;

function TryLine({ one, timeZone }: { one: TryLineFragment; timeZone: string }) {
  const grade = one.grade?.state !== "WITHDRAWN" && one.grade?.value;
  return (
    <>
      <Link href={tryPath(one.id)}>{one.student?.displayName}, {t("try_number", { number: one.number })}</Link>{" "}
      <small>{moment(one.begunAt, timeZone)}</small>{" "}
      <span className="state">
        {[one.over ? one.points !== null && t("points_count", { count: number(one.points) }) : t("under_way"), grade && t("mark_is", { mark: grade })].filter(Boolean).join(" · ")}
      </span>
    </>
  );
}
