/** When lessons begin and end. */
import { useData } from "../../epoch";
import { type BellsInSetupFragment, BellsOfSchoolDocument, ChangeBellScheduleDocument, CreateBellSchedulesDocument, PutAwayBellScheduleDocument } from "../../generated/graphql";
import { day } from "../../texts";
import { WEEK, s, weekDayName } from "../../texts/setup";
import { Problem, Waiting } from "../../ui/notices";
import { Field, numberIn, textIn } from "../../ui/steps";
import { Cell, Create, Head, Listing, type PartProps, Rows, Ticks, rowsIn, ticksIn, weekDays } from "./parts";

const SHORT = { day: "numeric", month: "short", year: "numeric" } as const;
const USUAL_LESSONS = 6;
/** Times come with seconds, which no bell has. */
const short = (time: string | undefined) => time?.slice(0, 5);

export function Bells({ school }: PartProps) {
  const { data, error, waiting } = useData(BellsOfSchoolDocument, { school: school.id });
  if (waiting) return <Waiting />;
  const found = data?.school;
  if (!found) return <Problem error={error} />;
  return (
    <>
      <Head title={s("bells")} school={school} />
      <Listing
        all={found.bellSchedules}
        gone={{ of: s("bells"), document: BellsOfSchoolDocument, school: school.id, all: (data) => data.school?.bellSchedules }}
        named={({ name }) => name}
        told={told}
        change={{ document: ChangeBellScheduleDocument, may: "changeBellSchedule", fields: (one) => <BellFields one={one} days={found.weekDays} />, given: bellsIn }}
        away={{ document: PutAwayBellScheduleDocument, may: "putAwayBellSchedule" }}
      />
      {found.viewerMay.includes("createBellSchedules") && (
        <Create name={s("new_bells")} document={CreateBellSchedulesDocument} input={(fields) => ({ school: school.id, bellSchedules: [bellsIn(fields)] })}>
          <BellFields days={found.weekDays} />
        </Create>
      )}
      <p className="help">{s("lessons_follow")}</p>
    </>
  );
}

function told({ shift, weekDays: days, startsOn, endsOn, bells }: BellsInSetupFragment) {
  const when = [startsOn, endsOn].map((one) => (one ? day(one, SHORT) : "")).join(" – ");
  return (
    <>
      {[s("shift_number", { number: shift }), WEEK.filter((one) => days.includes(one)).map((one) => weekDayName(one, "short")).join(", ")].join("; ")}
      {(startsOn ?? endsOn) && `; ${when}`}
      <span className="bells">{bells.map(({ slot, starts, ends }) => <span key={slot}>{slot}. {short(starts)}–{short(ends)} </span>)}</span>
    </>
  );
}

function BellFields({ one, days }: { one?: BellsInSetupFragment; days: BellsInSetupFragment["weekDays"] }) {
  const bells = one?.bells ?? [];
  return (
    <>
      <Field name="name" label={s("bells_called")} value={one?.name} required maxLength={200} />
      <Ticks legend={s("rings_on")} name="weekDays" among={weekDays()} on={one?.weekDays ?? days} />
      <Field name="shift" label={s("shift")} value={one?.shift ?? 1} type="number" min={1} max={4} required />
      <Field name="startsOn" label={s("rings_from")} value={one?.startsOn} type="date" />
      <Field name="endsOn" label={s("rings_until")} value={one?.endsOn} type="date" />
      <Rows
        legend={s("bells_of_day")}
        name="bells"
        begin={one ? bells.length : USUAL_LESSONS}
        called={(number) => s("line", { number })}
        row={(at, index, place) => (
          <>
            <Cell><Field name={`${at}.slot`} label={s("slot")} value={bells[index]?.slot ?? place + 1} type="number" min={1} max={20} required /></Cell>
            <Cell><Field name={`${at}.starts`} label={s("begins")} value={short(bells[index]?.starts)} type="time" required /></Cell>
            <Cell><Field name={`${at}.ends`} label={s("ends")} value={short(bells[index]?.ends)} type="time" required /></Cell>
          </>
        )}
      />
    </>
  );
}

const bellsIn = (fields: FormData) => ({
  name: textIn(fields, "name"),
  shift: numberIn(fields, "shift"),
  weekDays: ticksIn(fields, "weekDays"),
  startsOn: textIn(fields, "startsOn"),
  endsOn: textIn(fields, "endsOn"),
  bells: rowsIn(fields, "bells", (text) => ({ slot: Number(text("slot")), starts: text("starts"), ends: text("ends") })),
});
