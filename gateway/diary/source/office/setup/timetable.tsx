/** The week of a class, and the lessons that are generated from the weeks of all courses. */
import { useState } from "react";
import { useClient } from "urql";
import { Link } from "wouter";
import { useAsked } from "../../asked";
import { useData } from "../../epoch";
import { CourseChoicesDocument, CoursesInSetupDocument, type CoursesInSetupQuery, GenerateLessonsDocument, type GenerateLessonsMutation } from "../../generated/graphql";
import { newKey, refusalOf } from "../../outbox";
import { t } from "../../texts";
import { type WeekDay, s, weekDayName } from "../../texts/setup";
import { useForm } from "../../ui/form";
import { Problem, Waiting } from "../../ui/notices";
import { Scroll } from "../../ui/scroll";
import { Field, FormBody, Tick, textIn } from "../../ui/steps";
import { type Choices, coursePath, groupsOf } from "./courses";
import { holds, inOrder, toldHour } from "./hours";
import { Head, type PartProps } from "./parts";

type CourseOfWeek = NonNullable<NonNullable<NonNullable<CoursesInSetupQuery["school"]>["courses"]>["edges"][number]["node"]>;
type Generated = NonNullable<NonNullable<GenerateLessonsMutation["generateLessons"]>["timetable"]>;

export function Timetable({ school }: PartProps) {
  const [asked, ask] = useAsked();
  const { data, error, waiting } = useData(CourseChoicesDocument, { school: school.id });
  if (waiting) return <Waiting />;
  const found = data?.school;
  if (!found) return <Problem error={error} />;
  const groups = groupsOf(found);
  const group = groups.find(([id]) => id === asked.get("class"))?.[0] ?? groups[0]?.[0];
  return (
    <>
      <Head title={s("timetable")} school={school} />
      {groups.length > 0 && (
        <p className="fields">
          <label htmlFor="of">{t("class")}</label>
          <select id="of" value={group} onChange={({ target }) => ask({ class: target.value })}>
            {groups.map(([id, name]) => <option key={id} value={id}>{name}</option>)}
          </select>
        </p>
      )}
      {group && <WeekOf found={found} group={group} />}
      {found.viewerMay.includes("generateLessons") && <Generate found={found} />}
    </>
  );
}

function WeekOf({ found, group }: { found: Choices; group: string }) {
  const { data, error, waiting } = useData(CoursesInSetupDocument, { school: found.id, where: { classGroup: group }, after: null });
  if (waiting) return <Waiting />;
  const page = data?.school?.courses;
  if (!page) return <Problem error={error} />;
  const courses = page.edges.flatMap(({ node }) => node ?? []);
  const hours = courses.flatMap((course) => course.lessonPatterns.filter(holds(found.today)).map((hour) => ({ course, hour })));
  hours.sort((one, other) => inOrder(one.hour, other.hour));
  const without = courses.filter((course) => !hours.some((one) => one.course.id === course.id));
  const slots = Array.from({ length: Math.max(0, ...hours.map(({ hour }) => hour.slot)) }, (_, index) => index + 1);
  const at = (day: WeekDay, slot: number) => hours.filter(({ hour }) => hour.weekDay === day && hour.slot === slot);
  return (
    <>
      <h2>{s("class_week")}</h2>
      {slots.length > 0 ? (
        <Scroll label={s("class_week")}>
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">{s("slot")}</th>
                {found.weekDays.map((one) => <th key={one} scope="col">{weekDayName(one)}</th>)}
              </tr>
            </thead>
            <tbody>
              {slots.map((slot) => (
                <tr key={slot}>
                  <th scope="row">{slot}</th>
                  {found.weekDays.map((one) => (
                    <td key={one}>
                      {at(one, slot).map(({ course, hour }) => <div key={hour.id}><NameOf course={course} /> <small>{[course.classGroup?.id !== group && (course.classGroup?.name ?? s("several_classes")), toldHour(hour)].filter(Boolean).join(", ")}</small></div>)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      ) : (
        <p>{s("no_hours")}</p>
      )}
      {without.length > 0 && (
        <>
          <h3>{s("without_hours")}</h3>
          <ul className="notices">{without.map((course) => <li key={course.id}><NameOf course={course} /></li>)}</ul>
        </>
      )}
    </>
  );
}

const NameOf = ({ course }: { course: CourseOfWeek }) => <Link href={coursePath(course.id)}>{course.subject?.name ?? course.title}</Link>;

function Generate({ found }: { found: Choices }) {
  const client = useClient();
  const [made, setMade] = useState<Generated>();
  const { busy, refusal, send } = useForm(async (fields) => {
    setMade(undefined);
    const input = {
      school: found.id,
      startsOn: textIn(fields, "startsOn") ?? "",
      endsOn: textIn(fields, "endsOn") ?? "",
      overrule: fields.has("overrule"),
      reason: textIn(fields, "reason"),
      idempotencyKey: newKey(),
    };
    const result = await client.mutation(GenerateLessonsDocument, { input }).toPromise();
    setMade(result.data?.generateLessons?.timetable ?? undefined);
    return refusalOf(result);
  });
  const year = found.academicYears.find(({ active, endsOn }) => active && endsOn >= found.today);
  const begins = year && year.startsOn > found.today ? year.startsOn : found.today;
  return (
    <section aria-labelledby="generate" className="no-print">
      <h2 id="generate">{s("generate")}</h2>
      <form className="fields" aria-labelledby="generate" onSubmit={(event) => void send(event)}>
        <FormBody refusal={refusal}>
          <Field name="startsOn" label={t("first_day")} type="date" value={begins} required />
          <Field name="endsOn" label={t("last_day")} type="date" value={year?.endsOn} required />
          <Tick name="overrule" label={s("overrule")} />
          <Field name="reason" label={s("why_overrule")} maxLength={500} />
          <p className="help">{s("generate_help")}</p>
          <button type="submit" className="first" disabled={busy}>{s("generate")}</button>
          {made && <p role="status">{s("generated", { added: made.added, changed: made.changed, removed: made.removed, kept: made.kept })}</p>}
        </FormBody>
      </form>
    </section>
  );
}
