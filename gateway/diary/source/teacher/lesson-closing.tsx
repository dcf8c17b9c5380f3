/** A lesson that is closed, opened again; one that lacks something, closed all the same; and what was
 * done with it before. */
import { Suspense } from "react";
import { Link } from "wouter";
import { type LessonScreenQuery, ReopenLessonDocument } from "../generated/graphql";
import { onDemand } from "../on-demand";
import { t as ofAll } from "../texts";
import { t } from "../texts/records";
import { Disclosure } from "../ui/disclosure";
import { Waiting } from "../ui/notices";
import { Step } from "../ui/steps";

const Steps = onDemand(() => import("./lesson-steps"));
type Lesson = Pick<NonNullable<LessonScreenQuery["lesson"]>, "id" | "version" | "closed" | "viewerMay">;

export function Reopening({ lesson, of }: { lesson: Lesson; of: string }) {
  if (!lesson.closed || !lesson.viewerMay.includes("reopenLesson")) return null;
  return (
    <Step record={lesson} document={ReopenLessonDocument} name={t("reopen")} of={of} reason={t("reopen_reason")}>
      <p className="help">{t("reopen_help")}</p>
    </Step>
  );
}

interface TopicProps {
  there: string | null;
  mine: string;
  onKeep: () => void;
  onInsist: () => void;
}

/** Two topics of one lesson, entered by two: which of them is to stand. */
export function TopicConflict({ there, mine, onKeep, onInsist }: TopicProps) {
  return (
    <p role="alert" className="refusals">
      {ofAll("error_CONFLICT")} <span className="sides">{ofAll("theirs")} <b>{there ?? "—"}</b> · {ofAll("mine")} <b>{mine || "—"}</b></span>{" "}
      <button type="button" className="first" onClick={onInsist}>{ofAll("use_mine")}</button>{" "}
      <button type="button" onClick={onKeep}>{ofAll("keep_theirs")}</button>
    </p>
  );
}

/** For those who open a closed period again. */
export const ToPeriods = () => <Link href="/diary/periods">{t("to_periods")}</Link>;

/** Asked for once the gateway has said that something is missing. */
export function ClosingAnyway({ onClose }: { onClose: (reason: string) => void }) {
  return (
    <form
      className="fields"
      aria-label={t("close_anyway")}
      onSubmit={(event) => {
        event.preventDefault();
        onClose(String(new FormData(event.currentTarget).get("reason")));
      }}
    >
      <p className="help" id="lacks">{t("close_lacks")}</p>
      <label htmlFor="close-reason">{t("close_reason")}</label>
      <input id="close-reason" name="reason" required maxLength={500} aria-describedby="lacks" />
      <button type="submit">{t("close_anyway")}</button>
    </form>
  );
}

export function LessonSteps(of: { lesson: string; timeZone: string | undefined }) {
  return (
    <Disclosure summary={t("lesson_history")} className="no-print" anew>
      <Suspense fallback={<Waiting />}><Steps {...of} /></Suspense>
    </Disclosure>
  );
}
