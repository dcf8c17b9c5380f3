/** Surveys: first those that wait for the viewer's answer, then all others that concern them. */
import { Link } from "wouter";
import { placeName, usePlaces } from "../announcements/places";
import { useData } from "../epoch";
import { type SurveyLineFragment, SurveysDocument } from "../generated/graphql";
import type { School, Viewer } from "../session";
import { moment, t } from "../texts";
import { Problem, Waiting } from "../ui/notices";
import { More, Pages, newestFirst } from "../ui/pages";
import { InSchool } from "../ui/schools";
import { NewSurvey } from "./new-survey";

/** Whether it waits for an answer of the viewer. */
export const waits = (one: Pick<SurveyLineFragment, "open" | "answered" | "viewerMay">): boolean =>
  one.open && !one.answered && one.viewerMay.includes("answerSurvey");

export default function Surveys({ viewer }: { viewer: Viewer }) {
  return <InSchool viewer={viewer} title={t("nav_surveys")}>{(school) => <OfSchool viewer={viewer} school={school} />}</InSchool>;
}

function OfSchool({ viewer, school }: { viewer: Viewer; school: School }) {
  const places = usePlaces(viewer, school, "survey");
  return (
    <>
      {places.length > 0 && <NewSurvey places={places} timeZone={school.timeZone} />}
      <Pages page={(before, onMore) => <Page school={school} before={before} onMore={onMore} />} />
    </>
  );
}

function Page({ school, before, onMore }: { school: School; before: string | null; onMore?: (next: string) => void }) {
  const { data, error, waiting } = useData(SurveysDocument, { school: school.id, before });
  if (waiting) return <Waiting />;
  const found = data?.school?.surveys;
  if (!found) return <Problem error={error} />;
  const newest = newestFirst(found);
  const asked = newest.filter(waits);
  const others = newest.filter((one) => !waits(one));
  return (
    <>
      {!before && newest.length === 0 && <p>{t("nothing_here")}</p>}
      {asked.length > 0 && <Lines title={t("asked_of_you")} of={asked} timeZone={school.timeZone} />}
      {others.length > 0 && <Lines title={before ? t("earlier") : t("other_surveys")} of={others} timeZone={school.timeZone} />}
      <More page={found.pageInfo} onMore={onMore} />
    </>
  );
}

function Lines({ title, of, timeZone }: { title: string; of: SurveyLineFragment[]; timeZone: string }) {
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <ul className="notices">
        {of.map((one) => (
          <li key={one.id}>
            <Link href={`/diary/survey/${encodeURIComponent(one.id)}`}>{one.title}</Link>{" "}
            <small>{[placeName(one), one.by, moment(one.askedAt, timeZone)].filter(Boolean).join(" · ")}</small>{" "}
            <span className="state">{stateOf(one, timeZone)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** How it is answered, and until when. */
export function stateOf(one: SurveyLineFragment, timeZone: string): string {
  const until = one.closesAt ? t("open_until", { time: moment(one.closesAt, timeZone) }) : t("open");
  return [one.anonymous ? t("anonymous") : t("by_name"), one.open ? until : t("over"), one.answered && t("answered")].filter(Boolean).join(" · ");
}
