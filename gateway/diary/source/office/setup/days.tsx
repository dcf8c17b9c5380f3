/** Days without lessons, and days that are taught as other days of the week. */
import { useData } from "../../epoch";
import { AddDaysOffDocument, ChangeDayOffDocument, DaysOfSchoolDocument, RemoveDayOffDocument, SwapDaysDocument, UnswapDayDocument } from "../../generated/graphql";
import { day, span, t } from "../../texts";
import { s, weekDayName } from "../../texts/setup";
import { Problem, Waiting } from "../../ui/notices";
import { Choice, Field, Step, textIn } from "../../ui/steps";
import { Create, Head, Listing, type PartProps, weekDays } from "./parts";

const LONG = { day: "numeric", month: "long", year: "numeric" } as const;

export function Days({ school }: PartProps) {
  const { data, error, waiting } = useData(DaysOfSchoolDocument, { school: school.id });
  if (waiting) return <Waiting />;
  const found = data?.school;
  if (!found) return <Problem error={error} />;
  const groups = found.classGroups?.edges.flatMap(({ node }) => (node ? [[node.id, node.name] as const] : [])) ?? [];
  const swapped = found.swappedDays.filter(({ active }) => active);
  return (
    <>
      <Head title={s("days_off")} school={school} />
      <p>{s("lessons_follow")}</p>
      <h2>{s("days_off_only")}</h2>
      <Listing
        all={found.daysOff}
        gone={{ of: s("days_off_only"), document: DaysOfSchoolDocument, school: school.id, all: (data) => data.school?.daysOff }}
        named={({ name }) => name}
        told={(one) => `${span(one.startsOn, one.endsOn, LONG)} ${one.classGroup?.name ?? ""}`}
        change={{ document: ChangeDayOffDocument, may: "changeDayOff", fields: (one) => <DayOffFields one={one} />, given: daysIn }}
        away={{ document: RemoveDayOffDocument, may: "removeDayOff", name: s("take_back_days") }}
        again={() => ({})}
      />
      {found.viewerMay.includes("addDaysOff") && (
        <Create name={s("new_day_off")} document={AddDaysOffDocument} input={(fields) => ({ school: school.id, daysOff: [{ ...daysIn(fields), classGroup: textIn(fields, "classGroup") }] })}>
          <DayOffFields />
          <Choice name="classGroup" label={s("for_class")} among={groups} none={t("whole_school")} />
        </Create>
      )}
      <h2>{s("swapped_days")}</h2>
      <ul className="notices">
        {swapped.map((one) => (
          <li key={one.id}>
            <strong>{s("swapped_is", { day: day(one.date, LONG), as: weekDayName(one.worksAs) })}</strong>{" "}
            <small>{[one.week, one.name, one.classGroup?.name].filter(Boolean).join(", ")}</small>{" "}
            {one.viewerMay.includes("unswapDay") && (
              <Step record={one} document={UnswapDayDocument} name={s("take_back_days")} of={day(one.date, LONG)} reason={t("reason_put_away")} />
            )}
          </li>
        ))}
      </ul>
      {swapped.length === 0 && <p>{s("nothing_yet")}</p>}
      {found.viewerMay.includes("swapDays") && (
        <Create name={s("new_swap")} document={SwapDaysDocument} input={(fields) => ({ school: school.id, days: [swapIn(fields)] })}>
          <Field name="date" label={s("which_day")} type="date" required />
          <Choice name="worksAs" label={s("works_as")} among={weekDays(found.weekDays)} />
          <Choice name="week" label={s("week")} among={[["A", "A"], ["B", "B"]]} none="—" />
          <Field name="name" label={s("why_swapped")} maxLength={200} />
          <Choice name="classGroup" label={s("for_class")} among={groups} none={t("whole_school")} />
        </Create>
      )}
    </>
  );
}

function DayOffFields({ one }: { one?: { name: string; startsOn: string; endsOn: string } }) {
  return (
    <>
      <Field name="name" label={s("why_off")} value={one?.name} required maxLength={200} />
      <Field name="startsOn" label={t("first_day")} value={one?.startsOn} type="date" required />
      <Field name="endsOn" label={t("last_day")} value={one?.endsOn} type="date" required />
    </>
  );
}

const daysIn = (fields: FormData) => ({ name: textIn(fields, "name"), startsOn: textIn(fields, "startsOn"), endsOn: textIn(fields, "endsOn") });

const swapIn = (fields: FormData) => ({
  date: textIn(fields, "date"),
  worksAs: fields.get("worksAs"),
  week: textIn(fields, "week"),
  name: textIn(fields, "name"),
  classGroup: textIn(fields, "classGroup"),
});
