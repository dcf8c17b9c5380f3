/** A month as a calendar: each day with its marks, and a way to the day. */
import { useAsked } from "../asked";
import type { DiaryQuery, RemarkKind } from "../generated/graphql";
import { lastOfMonth, weeksOf } from "../dates";
import { day as dayText, t, word } from "../texts";
import { AttendanceMark, Mark } from "../ui/mark";
import { RemarkNote } from "./day";

export function Month({ student, from }: { student: NonNullable<DiaryQuery["student"]>; from: string }) {
  const [, ask] = useAsked();
  const to = lastOfMonth(from);
  const found = new Map(student.diary.map((one) => [one.date, one]));
  const weeks = weeksOf(from);
  const remarks = Map.groupBy(student.remarks.filter(({ withdrawn }) => !withdrawn), ({ date }) => date);
  return (
    <>
    <table className="month paper">
      <thead>
        <tr>
          {weeks[0]?.map((date) => <th key={date} scope="col">{dayText(date, { weekday: "short" })}</th>)}
        </tr>
      </thead>
      <tbody>
        {weeks.map((week) => (
          <tr key={week[0]}>
            {week.map((date) => {
              const entries = date >= from && date <= to ? (found.get(date)?.lessons ?? []) : [];
              return (
                <td key={date} className={date === student.school?.today ? "today" : undefined}>
                  {date >= from && date <= to && (
                    <button
                      type="button"
                      className="quiet"
                      aria-label={`${dayText(date, { day: "numeric", month: "long" })}, ${t("lessons_count", { count: entries.length })}`}
                      onClick={() => ask({ view: "day", date })}
                    >
                      {Number(date.slice(8))}
                    </button>
                  )}
                  <div>
                    {entries.flatMap(({ grades }) => grades).map((grade) => (
                      <Mark key={grade.id} grade={grade} />
                    ))}
                    {remarks.get(date)?.map(({ id, kind }) => <RemarkSign key={id} kind={kind} />)}
                    {entries.map(({ attendance }) => attendance && <AttendanceMark key={attendance.id} one={attendance} />)}
                  </div>
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
    {remarks.size > 0 && (
      <section aria-labelledby={`remarks-${student.id}`}>
        <h2 id={`remarks-${student.id}`}>{t("remarks")}</h2>
        {[...remarks].map(([date, those]) => (
          <div key={date}>
            <h3>{dayText(date, { weekday: "long", day: "numeric", month: "long" })}</h3>
            {those.map((one) => <RemarkNote key={one.id} remark={one} />)}
          </div>
        ))}
      </section>
    )}
    </>
  );
}

function RemarkSign({ kind }: { kind: RemarkKind }) {
  return (
    <span className={`remark-sign ${kind.toLowerCase()}`} title={word("remark", kind)}>
      <span aria-hidden="true">{kind === "PRAISE" ? "+" : "!"}</span>
      <span className="unseen">{word("remark", kind)}</span>
    </span>
  );
}
