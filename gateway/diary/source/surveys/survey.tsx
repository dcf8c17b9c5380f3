/** One survey: answered by whom it asks, kept by whoever asks, with its results as they come. */
import { Link } from "wouter";
import { placeName } from "../announcements/places";
import { useIdAsked } from "../asked";
import { instantIn, localIn } from "../dates";
import { useData } from "../epoch";
import {
  ChangeSurveyDocument,
  CloseSurveyDocument,
  OpenSurveyAgainDocument,
  SurveyDocument,
  type SurveyWholeFragment,
  WithdrawSurveyDocument,
} from "../generated/graphql";
import { type Viewer, leads, schoolOf } from "../session";
import { t } from "../texts";
import { Waiting } from "../ui/notices";
import { Nowhere } from "../ui/nowhere";
import { Refused } from "../ui/refused";
import { Field, Step, Tick, textIn } from "../ui/steps";
import { stateOf, waits } from ".";
import { AnswerForm, answersOf } from "./answer";
import { Named, Results } from "./results";

export default function Survey({ viewer }: { viewer: Viewer }) {
  const survey = useIdAsked();
  const { data, error, waiting } = useData(SurveyDocument, { survey });
  if (waiting) return <Waiting />;
  const one = data?.node && "questions" in data.node && "anonymous" in data.node ? data.node : null;
  if (!one) return <Nowhere error={error} />;
  const timeZone = schoolOf(viewer, one)?.timeZone ?? "UTC";
  const watches = leads(viewer) || one.by === viewer.account.displayName;
  return (
    <>
      <p className="no-print"><Link href="/diary/surveys">{t("nav_surveys")}</Link></p>
      <h1>{one.title ?? t("taken_back_now")} <small>{[placeName(one), one.by].filter(Boolean).join(" · ")}</small></h1>
      <p className="state">{stateOf(one, timeZone)}</p>
      {one.description && <p className="text">{one.description}</p>}
      <p>
        {one.anonymous ? t("anonymous_means") : t("by_name_means")}{" "}
        {one.oncePer === "FAMILY" ? t("once_per_family") : t("once_per_person")}
      </p>
      <Refused of={answersOf(one.id)} />
      {!one.withdrawn && (
        <>
          {one.answered && <p role="status">{one.oncePer === "FAMILY" ? t("family_has_answered") : t("you_have_answered")}</p>}
          {waits(one) && <AnswerForm survey={one} />}
          <Results survey={one} watches={watches} />
          {watches && !one.anonymous && <Named survey={one} timeZone={timeZone} />}
          <Keeping one={one} timeZone={timeZone} />
        </>
      )}
    </>
  );
}

function Keeping({ one, timeZone }: { one: SurveyWholeFragment; timeZone: string }) {
  const of = one.title ?? "";
  const may = (name: (typeof one.viewerMay)[number]) => one.viewerMay.includes(name);

  function changed(fields: FormData) {
    const closesAt = textIn(fields, "closesAt");
    return {
      title: textIn(fields, "title"),
      description: textIn(fields, "description"),
      closesAt: closesAt && instantIn(timeZone, closesAt),
      resultsTold: fields.has("resultsTold"),
    };
  }

  return (
    <>
      {may("closeSurvey") && <Step record={one} document={CloseSurveyDocument} name={t("close_survey")} of={of} reason={t("reason_closed")} />}
      {may("openSurveyAgain") && <Step record={one} document={OpenSurveyAgainDocument} name={t("open_again")} of={of} reason={t("open_again")} />}
      {may("changeSurvey") && (
        <Step record={one} document={ChangeSurveyDocument} name={t("change_it")} of={of} input={changed}>
          <Field name="title" label={t("what_about")} value={one.title} required maxLength={200} />
          <Field name="description" label={t("said_before")} value={one.description} rows={3} maxLength={10000} />
          <Field name="closesAt" label={t("closes_at")} value={one.closesAt && localIn(timeZone, one.closesAt)} type="datetime-local" />
          <Tick name="resultsTold" label={t("results_told")} on={one.resultsTold} />
        </Step>
      )}
      {may("withdrawSurvey") && <Step record={one} document={WithdrawSurveyDocument} name={t("withdraw")} of={of} reason={t("reason_taken_back")} />}
    </>
  );
}
