/** All grades: by subject and period, with averages, final grades, progress and what-if. */
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useAsked } from "../asked";
import { yearOn } from "../dates";
import { useData } from "../epoch";
import { GradesDocument, type GradesQuery, PeriodMarksDocument, WhatIfDocument, YearsOfDocument } from "../generated/graphql";
import type { Viewer } from "../session";
import { averaged, day, number, t, word } from "../texts";
import { Mark, type Scale, markClass } from "../ui/mark";
import { Scroll } from "../ui/scroll";
import { Problem, Waiting } from "../ui/notices";
import { Chart } from "./chart";
import { useSeen } from "./seen";
import { type Pupil, Pupils } from "./students";

type Card = NonNullable<NonNullable<GradesQuery["student"]>["reportCard"]>;
type Row = Card["rows"][number];
type Result = Row["results"][number];

export default function Grades({ viewer }: { viewer: Viewer }) {
  return (
    <>
      <div className="tools no-print">
        <button type="button" onClick={() => print()}>{t("print")}</button>
      </div>
      <Pupils viewer={viewer} title={t("nav_grades")}>{(pupil, school) => <GradesOf pupil={pupil} today={school?.today ?? ""} />}</Pupils>
    </>
  );
}

/** The year that is asked for, or else that of their class, with the courses of a class that they have
 * left; of who is in no class, as between two years, the year that was last. */
function useYear(pupil: Pupil, today: string) {
  const [asked] = useAsked();
  const { data, waiting } = useData(YearsOfDocument, { student: pupil.id });
  const years = data?.student?.years ?? [];
  const found = years.find(({ id }) => id === asked.get("year"));
  const year = found?.id ?? pupil.classGroups[0]?.academicYear?.id ?? yearOn(years, today)?.id ?? null;
  return { years, year, unknown: waiting && !year };
}

/** What a row is called: as its subject, or as its course where the year has several of one subject, as
 * that of who has changed class. */
const nameIn = (rows: readonly Row[]) => ({ course, subject }: Row): string =>
  subject && rows.filter((one) => one.subject?.id === subject.id).length === 1 ? subject.name : course.title;

function GradesOf({ pupil, today }: { pupil: Pupil; today: string }) {
  const { years, year, unknown } = useYear(pupil, today);
  const { data, error, waiting, stale } = useData(GradesDocument, { student: pupil.id, year }, unknown);
  const [asked, ask] = useAsked();
  const [opened, setOpened] = useState<string>();
  if (waiting || unknown) return <Waiting />;
  const student = data?.student;
  const card = student?.reportCard;
  if (!student || !card) return <Problem error={error} />;
  const { school } = student;
  const named = nameIn(card.rows);
  const columns = [...new Map(card.rows.flatMap(({ results }) => results.map(({ period }) => [period.id, period]))).values()];
  const periods = columns.flatMap(({ id }) => school?.periods.find((one) => one.id === id) ?? []);
  const now = periods.find(({ kind, startsOn, endsOn }) => kind !== "YEAR" && startsOn <= today && today <= endsOn);
  const chosen = periods.find(({ id }) => id === asked.get("period")) ?? now ?? periods[0];
  return (
    <div aria-busy={stale}>
      {years.length > 1 && (
        <div className="choices no-print" role="group" aria-label={t("school_year")}>
          {years.map(({ id, name }) => (
            <button key={id} type="button" aria-pressed={id === card.academicYear.id} onClick={() => ask({ year: id })}>{name}</button>
          ))}
        </div>
      )}
      <div className="choices no-print" role="group" aria-label={t("period")}>
        {periods.map(({ id, name }) => (
          <button key={id} type="button" aria-pressed={id === chosen?.id} onClick={() => ask({ period: id })}>{name}</button>
        ))}
      </div>
      <Scroll current={chosen?.id}>
        <table className="grades paper">
          <caption className="unseen">{t("nav_grades")}, {card.academicYear.name}</caption>
          <thead>
            <tr>
              <th scope="col">{t("subject")}</th>
              {columns.map(({ id, name }) => <th key={id} scope="col" aria-current={id === chosen?.id || undefined}>{name}</th>)}
            </tr>
          </thead>
          <tbody>
            {card.rows.map((row) => (
              <tr key={row.course.id}>
                <th scope="row">
                  <button type="button" className="quiet" aria-expanded={opened === row.course.id} onClick={() => setOpened(opened === row.course.id ? undefined : row.course.id)}>
                    {named(row)}
                  </button>
                  <span className="on-paper">{named(row)}</span>
                </th>
                {columns.map(({ id }) => (
                  <ResultCell key={id} result={row.results.find(({ period }) => period.id === id)} scale={row.course.gradeScale} />
                ))}
              </tr>
            ))}
          </tbody>
          <Totals card={card} columns={columns} />
        </table>
      </Scroll>
      <Transferred card={card} />
      {chosen && (
        <Marks pupil={pupil} year={year} rows={card.rows} period={chosen} opened={opened} onOpen={setOpened} />
      )}
    </div>
  );
}

/** The average of all marks, and of the grades, of each period. */
function Totals({ card, columns }: { card: Card; columns: readonly Result["period"][] }) {
  const totals = card.totals ?? [];
  if (totals.every(({ average, gpa }) => !average && !gpa)) return null;
  return (
    <tfoot>
      {(["average", "gpa"] as const).map((kind) => (
        <tr key={kind}>
          <th scope="row">{t(kind === "average" ? "average" : "average_of_grades")}</th>
          {columns.map(({ id }) => <td key={id}>{averaged(totals.find(({ period }) => period.id === id)?.[kind])}</td>)}
        </tr>
      ))}
    </tfoot>
  );
}

/** What was brought from another school. */
function Transferred({ card }: { card: Card }) {
  if (card.transferred.length === 0) return null;
  return (
    <section>
      <h2>{t("from_other_schools")}</h2>
      <ul className="last-marks">
        {card.transferred.map(({ id, value, subject, elsewhere, period }) => (
          <li key={id}><strong>{value}</strong> {[subject?.name, period.name, elsewhere].filter(Boolean).join(", ")}</li>
        ))}
      </ul>
    </section>
  );
}

function ResultCell({ result, scale }: { result: Result | undefined; scale: Scale | null | undefined }) {
  if (!result) return <td />;
  const { value, average, proposal, notAttested } = result;
  return (
    <td>
      {value ? (
        <strong className={`mark ${markClass(value, scale)}`}>{value}</strong>
      ) : proposal ? (
        <span className="proposal" title={t("proposal")}>({proposal})</span>
      ) : notAttested.length > 0 && average ? (
        <span className="proposal" title={notAttested.map((one) => word("not_attested", one)).join(", ")}>—</span>
      ) : null}{" "}
      {average && <small>{averaged(average)}</small>}
    </td>
  );
}

interface MarksProps {
  pupil: Pupil;
  year: string | null;
  rows: readonly Row[];
  period: { id: string; name: string; startsOn: string; endsOn: string };
  opened: string | undefined;
  onOpen: (course: string | undefined) => void;
}

function Marks({ pupil, year, rows, period, opened, onOpen }: MarksProps) {
  const span = { from: period.startsOn, to: period.endsOn };
  const { data, error, waiting } = useData(PeriodMarksDocument, { student: pupil.id, ...span });
  const box = useSeen(data?.student);
  if (waiting) return <Waiting />;
  if (!data?.student) return <Problem error={error} />;
  const { grades, progress } = data.student;
  const shown = rows.map((row) => ({ id: row.course.id, name: nameIn(rows)(row) }));
  // The card has no rows of courses that were put away.
  const left = grades.map(({ course }) => course).filter(({ id }) => !shown.some((one) => one.id === id));
  const before = [...new Map(left.map(({ id, title }) => [id, { id, name: title }])).values()];
  return (
    <section ref={box}>
      <h2>{t("marks")}: {period.name}</h2>
      <Scroll>
        <table className="plain marks-of-period">
          <tbody>
            {[...shown, ...before].map(({ id, name }) => {
              const found = grades.filter(({ course }) => course.id === id);
              const points = progress.find(({ course }) => course?.id === id)?.points ?? [];
              return (
                <tr key={id}>
                  <th scope="row">
                    <button type="button" className="quiet no-print" aria-expanded={opened === id} onClick={() => onOpen(opened === id ? undefined : id)}>{name}</button>
                    <span className="on-paper">{name}</span>
                  </th>
                  <td>
                    {found.map((grade) => <Mark key={grade.id} grade={grade} />)}
                    {opened === id && (
                      <Opened>
                        <ul>
                          {found.map((grade) => (
                            <li key={grade.id}>
                              <Mark grade={grade} /> {day(grade.date, { day: "numeric", month: "short" })} · {grade.workType.name}
                              {Number(grade.weight) !== 1 && ` · ×${number(grade.weight)}`}
                              {grade.comment && ` · ${grade.comment}`}
                            </li>
                          ))}
                        </ul>
                        <Chart points={points} label={t("progress_of", { subject: name })} />
                        <WhatIf pupil={pupil} year={year} course={id} period={period.id} />
                      </Opened>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}

/** What is known of a subject: brought into view, as it opens below the table in which it is chosen. */
function Opened({ children }: { children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.scrollIntoView({ block: "nearest" }), []);
  return <div className="opened" ref={box}>{children}</div>;
}

/** What the average and the proposal would be with further marks. */
function WhatIf({ pupil, year, course, period }: Pick<MarksProps, "pupil" | "year"> & { course: string; period: string }) {
  const [text, setText] = useState("");
  const [tried, setTried] = useState<string[]>([]);
  const grades = tried.map((value) => ({ value, weight: "1", kind: "CLASSWORK" as const }));
  const { data, error } = useData(WhatIfDocument, { student: pupil.id, year, grades }, tried.length === 0);
  const row = data?.student?.reportCard?.rows.find((one) => one.course.id === course);
  const found = row?.results.find((one) => one.period.id === period)?.whatIf;
  const id = `what-if-${pupil.id}-${course}`;
  return (
    <form
      className="what-if no-print"
      onSubmit={(event) => {
        event.preventDefault();
        setTried(text.split(/[\s,;]+/).filter(Boolean));
      }}
    >
      <label htmlFor={id}>{t("what_if")}</label>
      <input id={id} value={text} onChange={({ target }) => setText(target.value)} placeholder="5 5 4" />
      <button type="submit">{t("count")}</button>
      <output htmlFor={id}>
        {tried.length > 0 && found && (found.average ? `${t("average")} ${averaged(found.average)}${found.proposal ? ` → ${found.proposal}` : ""}` : "—")}
        {error && tried.length > 0 && t("not_of_the_scale")}
      </output>
    </form>
  );
}
