/** What is to come at the school, day by day, and the replies that are asked for. */
import { useState } from "react";
import { useClient } from "urql";
import { useAsked } from "../asked";
import { isDay } from "../dates";
import { useData } from "../epoch";
import { type EventAnswer, EventsDocument, type HappeningFragment, ReplyToEventDocument } from "../generated/graphql";
import { type Refusal, refusalOf } from "../outbox";
import { type School, type Viewer, officeSchool } from "../session";
import { clocks, day, moment, t, word } from "../texts";
import { Problem, RefusalNotice, Waiting } from "../ui/notices";
import { More, Pages } from "../ui/pages";
import { InSchool } from "../ui/schools";
import { EventSteps } from "./event-steps";
import { NewEvent } from "./new-event";
import { placeName, usePlaces } from "./places";

const ANSWERS = ["YES", "NO", "MAYBE"] as const;

export default function Events({ viewer }: { viewer: Viewer }) {
  return <InSchool viewer={viewer} title={t("nav_events")}>{(school) => <OfSchool viewer={viewer} school={school} />}</InSchool>;
}

function OfSchool({ viewer, school }: { viewer: Viewer; school: School }) {
  const [asked, ask] = useAsked();
  const wanted = asked.get("date");
  const from = isDay(wanted) ? wanted : school.today;
  const places = usePlaces(viewer, school, "event");
  return (
    <>
      {places.length > 0 && <NewEvent places={places} timeZone={school.timeZone} />}
      <p className="fields">
        <label htmlFor="date">{t("from_day")}</label>
        <input id="date" type="date" value={from} onChange={({ target }) => isDay(target.value) && ask({ date: target.value })} />
      </p>
      <Pages key={from} page={(after, onMore) => <Page viewer={viewer} school={school} from={from} after={after} onMore={onMore} />} />
    </>
  );
}

interface PageProps {
  viewer: Viewer;
  school: School;
  from: string;
  after: string | null;
  onMore?: (next: string) => void;
}

function Page({ viewer, school, from, after, onMore }: PageProps) {
  const { data, error, waiting } = useData(EventsDocument, { school: school.id, from, after });
  if (waiting) return <Waiting />;
  const found = data?.school?.events;
  if (!found) return <Problem error={error} />;
  const events = found.edges.flatMap(({ node }) => node ?? []);
  const dates = [...new Set(events.map(({ date }) => date))];
  return (
    <>
      {!after && events.length === 0 && <p>{t("nothing_here")}</p>}
      {dates.map((date) => (
        <section key={date}>
          <h2>{day(date, { weekday: "long", day: "numeric", month: "long", year: "numeric" })}</h2>
          <ul className="notices">
            {events.filter((one) => one.date === date).map((one) => <One key={one.id} one={one} viewer={viewer} school={school} />)}
          </ul>
        </section>
      ))}
      <More page={found.pageInfo} onMore={onMore} />
    </>
  );
}

function One({ one, viewer, school }: { one: HappeningFragment; viewer: Viewer; school: School }) {
  const { timeZone } = school;
  return (
    <li>
      {clocks(one.startsAt, one.endsAt, timeZone)} <strong>{one.title}</strong>{" "}
      <small>{[word("event_kind", one.kind), placeName(one), one.location].filter(Boolean).join(" · ")}</small>{" "}
      {one.withdrawn && <span className="state overdue">{t("called_off")}</span>}
      {one.description && <p>{one.description}</p>}
      {one.asksReplies && !one.withdrawn && <Replies one={one} viewer={viewer} school={school} />}
      <EventSteps one={one} timeZone={timeZone} />
    </li>
  );
}

/** For whom the viewer may reply: a student or one's child by id, and one of the staff by null. */
function repliers(one: HappeningFragment, viewer: Viewer, school: School): { id: string | null; name: string }[] {
  if (!one.viewerMay.includes("replyToEvent")) return [];
  const { student, teacher, children } = viewer;
  const group = one.classGroup ?? one.course?.classGroup;
  const pupils = [...(one.toStudents && student ? [student] : []), ...(one.toFamilies ? children : [])].filter(
    (each) => each.school?.id === school.id && (!group || each.classGroups.some(({ id }) => id === group.id)),
  );
  const staff = teacher?.school?.id === school.id || (officeSchool(viewer)?.id === school.id && !one.classGroup && !one.course);
  return [
    ...pupils.map(({ id, displayName }) => ({ id, name: displayName })),
    ...(one.toStaff && staff ? [{ id: null, name: viewer.account.displayName }] : []),
  ];
}

function Replies({ one, viewer, school }: { one: HappeningFragment; viewer: Viewer; school: School }) {
  const client = useClient();
  const [refusal, setRefusal] = useState<Refusal>();
  const { yes, no, maybe } = one.answers ?? { yes: 0, no: 0, maybe: 0 };
  const left = one.places === null || one.places === undefined ? Infinity : Math.max(0, one.places - yes);
  const until = one.replyUntil ?? one.startsAt;
  const over = Date.parse(until) < Date.now();

  async function reply(student: string | null, answer: EventAnswer) {
    const input = { event: one.id, student, answer };
    setRefusal(refusalOf(await client.mutation(ReplyToEventDocument, { input }).toPromise()));
  }

  return (
    <>
      <p>
        <small>
          {t("event_answers", { yes, no, maybe })}
          {left !== Infinity && ` · ${left > 0 ? t("places_left", { count: left }) : t("no_place_left")}`}
          {` · ${over ? t("replies_over") : t("reply_until", { time: moment(until, school.timeZone) })}`}
        </small>
      </p>
      {repliers(one, viewer, school).map(({ id, name }) => {
        const given = one.ownReplies.find(({ student }) => (student?.id ?? null) === id)?.answer;
        return (
          <div key={id ?? "staff"} className="choices" role="group" aria-label={`${one.title}: ${name}`}>
            <span>{name}</span>
            {ANSWERS.map((answer) => (
              <button
                key={answer}
                type="button"
                aria-pressed={given === answer}
                disabled={over || (answer === "YES" && left === 0 && given !== "YES")}
                onClick={() => void reply(id, answer)}
              >
                {word("event_answer", answer)}
              </button>
            ))}
          </div>
        );
      })}
      <RefusalNotice refusal={refusal} />
    </>
  );
}
