/** The grades of a period: what is computed, what the rule proposes, and what the teacher decides. */
import { useState } from "react";
import { Link } from "wouter";
import { useAsked, useIdAsked } from "../asked";
import { useData } from "../epoch";
import { PeriodsDocument, ResultsDocument, type ResultsQuery } from "../generated/graphql";
import { type Refusal, enter, useOutbox } from "../outbox";
import { number, t, word } from "../texts";
import { FIVE_POINT, markClass, withoutSigns } from "../ui/mark";
import { Problem, RefusalNotice, Waiting } from "../ui/notices";
import { Nowhere } from "../ui/nowhere";
import { Scroll } from "../ui/scroll";
import { PeriodPicker, currentPeriod, isClosed } from "./period-picker";

type Course = NonNullable<ResultsQuery["course"]>;
type Result = NonNullable<Course["results"]>[number];
const NOT_ATTESTED = "NOT_ATTESTED";

export default function PeriodGrades() {
  const course = useIdAsked();
  const [asked] = useAsked();
  const { data, error, waiting } = useData(PeriodsDocument, { course });
  if (waiting) return <Waiting />;
  const period = currentPeriod(data?.course?.school, asked.get("period"));
  const today = data?.course?.school?.today ?? "";
  if (!data?.course || !period) return <Nowhere error={error} />;
  return (
    <div className="across">
      <PeriodPicker periods={data.course.school?.periods ?? []} chosen={period.id} />
      <h1 className="no-print">{t("period_grades")} <small>{data.course.title}, {period.name}{period.locked && ` · ${t("locked")}`}</small></h1>
      <p className="tools no-print">
        <button type="button" onClick={() => print()}>{t("print")}</button>
        <Link href={`/diary/journal/${encodeURIComponent(course)}?period=${encodeURIComponent(period.id)}`}>{t("journal")}</Link>
      </p>
      <ResultsOf course={course} period={period} open={period.startsOn <= today && !isClosed(period, today)} />
    </div>
  );
}

interface OfPeriod {
  course: string;
  period: { id: string; name: string };
  /** Whether grades are still decided in it. */
  open: boolean;
}

function ResultsOf({ course, period: { id: period, name: named }, open }: OfPeriod) {
  const { data, error, waiting, again } = useData(ResultsDocument, { course, period });
  const [refusal, setRefusal] = useState<Refusal>();
  const [busy, setBusy] = useState(false);
  if (waiting) return <Waiting />;
  if (!data?.course?.results) return <Problem error={error} />;
  const { results, gradeScale } = data.course;
  const decides = open && data.course.viewerMay.includes("decidePeriodGrades");
  const title = `${t("period_grades")}: ${data.course.title}, ${named}`;

  async function decide(input: Record<string, unknown>, of: string, shows: string) {
    setBusy(true);
    const payload = await enter("DecidePeriodGrades", { course, period, ...input }, of, shows);
    setBusy(false);
    setRefusal(payload?.errors[0]);
    if (payload?.errors.length === 0) again();
  }

  function choose({ student, result }: Result, value: string) {
    const row = {
      student: student!.id,
      ...(value === NOT_ATTESTED ? { state: NOT_ATTESTED } : { value }),
      because: value === result.proposal ? null : t("reason_decided"),
      expectedVersion: result.grade?.version ?? 0,
    };
    void decide({ rows: [row] }, `period:${student!.id}:${period}`, value);
  }

  return (
    <>
      {decides && <p>
        <button type="button" className="first" disabled={busy} onClick={() => void decide({ acceptProposals: true }, `period:${course}:${period}`, "")}>
          {t("accept_proposals")}
        </button>
      </p>}
      <RefusalNotice refusal={refusal} />
      <Scroll>
        <table className="plain decisions">
          <thead>
            <tr className="on-paper"><th colSpan={4}>{title}</th></tr>
            <tr>
              <th scope="col">{t("student")}</th>
              <th scope="col">{t("average")}</th>
              <th scope="col">{t("proposal")}</th>
              <th scope="col">{t("decision")}</th>
            </tr>
          </thead>
          <tbody>
            {results.map((row) => row.student && <ResultRow key={row.student.id} row={row} scale={gradeScale} period={period} onChoose={decides ? choose : undefined} />)}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}

interface RowProps {
  row: Result;
  scale: Course["gradeScale"];
  period: string;
  /** Where the viewer may decide. */
  onChoose?: (row: Result, value: string) => void;
}

function ResultRow({ row, scale, period, onChoose }: RowProps) {
  const { student, result } = row;
  const waiting = useOutbox().find(({ of, refused }) => of === `period:${student!.id}:${period}` && !refused);
  const decided = waiting?.shows ?? (result.grade?.state === NOT_ATTESTED ? NOT_ATTESTED : (result.grade?.value ?? ""));
  const marks = withoutSigns((scale ?? FIVE_POINT).wholeMarks.map(({ mark }) => mark));
  return (
    <tr>
      <th scope="row">{student!.displayName}</th>
      <td>{number(result.average)}</td>
      <td>
        {result.proposal && <span className={`mark ${markClass(result.proposal, scale)}`}>{result.proposal}</span>}
        {result.notAttested.map((one) => <small key={one}> {word("not_attested", one)}</small>)}
      </td>
      <td>
        {onChoose && <select aria-label={`${student!.displayName}: ${t("decision")}`} value={decided} onChange={({ target }) => onChoose(row, target.value)}>
          <option value="" disabled>—</option>
          {marks.map((mark) => <option key={mark} value={mark}>{mark}</option>)}
          <option value={NOT_ATTESTED}>{t("not_attested")}</option>
        </select>}
        <span className={onChoose ? "on-paper" : undefined}>{decided === NOT_ATTESTED ? t("not_attested") : decided}</span>{" "}
        {waiting && <small>{t("to_be_sent")}</small>}
        {result.grade?.because && <small>{result.grade.because}</small>}
      </td>
    </tr>
  );
}
