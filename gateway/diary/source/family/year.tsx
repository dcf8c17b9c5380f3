/** A year at a glance: its months with what is off, and how many marks and absences there were. */
import { useAsked } from "../asked";
import { addDays, days, firstOfMonth, lastOfMonth, weeksOf, yearOn } from "../dates";
import { useData } from "../epoch";
import { YearOfDocument, type YearOfQuery, YearsOfDocument, type YearsOfQuery } from "../generated/graphql";
import { day as dayText, span, t, word } from "../texts";
import { Problem, Waiting } from "../ui/notices";
import { daysOffOf, daysOffWithin } from "./days-off";
import { type Pupil } from "./students";

type SchoolYear = NonNullable<NonNullable<YearsOfQuery["student"]>["years"]>[number];
type Found = NonNullable<YearOfQuery["student"]>;
type School = NonNullable<Found["school"]>;
const SHORT = { day: "numeric", month: "short" } as const;

export function Year({ pupil, date }: { pupil: Pupil; date: string }) {
  const [, ask] = useAsked();
  const { data, error, waiting } = useData(YearsOfDocument, { student: pupil.id });
  if (waiting) return <Waiting />;
  const years = data?.student?.years;
  if (!years) return <Problem error={error} />;
  const year = yearOn(years, date);
  if (!year) return <p>{t("nothing_here")}</p>;
  return (
    <>
      {years.length === 1 && <p className="state">{year.name}</p>}
      {years.length > 1 && (
        <div className="choices no-print" role="group" aria-label={t("school_year")}>
          {years.map((one) => (
            <button key={one.id} type="button" aria-pressed={one.id === year.id} onClick={() => ask({ date: one.startsOn })}>{one.name}</button>
          ))}
        </div>
      )}
      <Months pupil={pupil} year={year} />
    </>
  );
}

function Months({ pupil, year }: { pupil: Pupil; year: SchoolYear }) {
  const asked = { student: pupil.id, from: year.startsOn, to: year.endsOn, year: year.id };
  const { data, error, waiting, stale } = useData(YearOfDocument, asked);
  if (waiting) return <Waiting />;
  if (!data?.student?.school) return <Problem error={error} />;
  const { school } = data.student;
  const months: string[] = [];
  for (let at = firstOfMonth(year.startsOn); at <= year.endsOn; at = addDays(lastOfMonth(at), 1)) months.push(at);
  const off = daysOffOf(pupil, school.daysOff);
  const marks = Map.groupBy(data.student.grades.filter(({ state }) => state === "GIVEN"), ({ date }) => date);
  const missed = Map.groupBy(data.student.attendance, ({ date }) => date);
  const remarks = Map.groupBy(data.student.remarks.filter(({ withdrawn }) => !withdrawn), ({ date }) => date);
  return (
    <div className="year paper" aria-busy={stale}>
      {months.map((month) => (
        <Month key={month} month={month} school={{ ...school, daysOff: off }} marks={marks} missed={missed} remarks={remarks} />
      ))}
    </div>
  );
}

interface MonthProps {
  month: string;
  school: School;
  marks: Map<string, Found["grades"]>;
  missed: Map<string, Found["attendance"]>;
  remarks: Map<string, Found["remarks"]>;
}

function Month({ month, school, marks, missed, remarks }: MonthProps) {
  const [, ask] = useAsked();
  const end = lastOfMonth(month);
  const within = days(month, end);
  const given = within.flatMap((date) => marks.get(date) ?? []);
  const kinds = Map.groupBy(within.flatMap((date) => missed.get(date) ?? []), ({ kind }) => kind);
  const remarked = within.flatMap((date) => remarks.get(date) ?? []).length;
  const off = daysOffWithin(school.daysOff, month, end);
  const periods = school.periods.filter(({ kind, startsOn, endsOn }) => kind !== "YEAR" && [startsOn, endsOn].some((one) => month <= one && one <= end));
  return (
    <section data-date={month}>
      <h2>
        <button type="button" className="quiet" onClick={() => ask({ view: "month", date: month })}>
          {dayText(month, { month: "long", year: "numeric" })}
        </button>
      </h2>
      <Calendar month={month} school={school} off={off} marks={marks} missed={missed} />
      <ul>
        <li>{t("marks")}: {given.length}</li>
        {remarked > 0 && <li>{t("remarks")}: {remarked}</li>}
        {[...kinds].map(([kind, those]) => <li key={kind}>{word("attendance", kind)}: {those.length}</li>)}
        {off.map((one) => <li key={one.id} className="off">{one.name}: {span(one.startsOn, one.endsOn, SHORT)}</li>)}
        {periods.map((one) => <li key={one.id}>{one.name}: {span(one.startsOn, one.endsOn, SHORT)}</li>)}
      </ul>
    </section>
  );
}

type CalendarProps = Pick<MonthProps, "month" | "school" | "marks" | "missed"> & { off: School["daysOff"] };

/** The days of a month; what the numbers mean is told in words too. */
function Calendar({ month, school, off, marks, missed }: CalendarProps) {
  const end = lastOfMonth(month);
  const weeks = weeksOf(month);
  return (
    <table>
      <caption className="unseen">{dayText(month, { month: "long", year: "numeric" })}</caption>
      <thead>
        <tr>
          {weeks[0]!.map((date) => (
            <th key={date} scope="col"><abbr title={dayText(date, { weekday: "long" })}>{dayText(date, { weekday: "short" })}</abbr></th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeks.map((week) => (
          <tr key={week[0]}>
            {week.map((date) => {
              if (date < month || date > end) return <td key={date} />;
              const [given, away] = [marks.get(date)?.length ?? 0, missed.get(date)?.length ?? 0];
              const free = off.find(({ startsOn, endsOn }) => startsOn <= date && date <= endsOn);
              const said = [given > 0 && `${t("marks")}: ${given}`, away > 0 && `${t("missed_lessons")}: ${away}`, free?.name].filter(Boolean).join(", ");
              const names = [free && "off", given > 0 && "marked", away > 0 && "missed", date === school.today && "today"].filter(Boolean).join(" ");
              return (
                <td key={date} className={names || undefined} title={said || undefined}>
                  {Number(date.slice(8))}
                  {said && <span className="unseen"> {said}</span>}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
