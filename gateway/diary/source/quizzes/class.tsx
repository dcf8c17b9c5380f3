/** What a class has made of a quiz: tries under way, and results that the teacher confirms as marks. */
import { type FormEvent, useState } from "react";
import { useClient } from "urql";
import { Link } from "wouter";
import { addDays } from "../dates";
import { needsAll, useData } from "../epoch";
import { GradeQuizDocument, QuizForTeacherDocument, type QuizForTeacherQuery, type QuizWholeFragment } from "../generated/graphql";
import { type Refusal, newKey, refusalOf } from "../outbox";
import { clocks, day, number, t } from "../texts";
import { FIVE_POINT } from "../ui/mark";
import { Problem, RefusalNotice, Waiting } from "../ui/notices";
import { Scroll } from "../ui/scroll";
import { tryPath } from "./quiz";
import { RightAnswers } from "./question-fields";

type Whole = Extract<NonNullable<QuizForTeacherQuery["node"]>, { results: unknown }>;
type Result = Whole["results"][number];
/** Marks are given at a lesson of the last so many days. */
const DAYS = 30;

interface Props {
  quiz: QuizWholeFragment;
  today: string;
  timeZone: string;
}

export function QuizClass({ quiz, today, timeZone }: Props) {
  const { data, error, waiting } = useData(QuizForTeacherDocument, { quiz: quiz.id, from: addDays(today, -DAYS), to: today });
  if (waiting) return <Waiting />;
  const found = data?.node && "results" in data.node ? (data.node as Whole) : null;
  if (!found) return <Problem error={error} />;
  const running = quiz.tries.filter(({ over }) => !over);
  return (
    <>
      <h2>{t("tries_under_way")} <small>({running.length})</small></h2>
      <ul className="notices">
        {running.map((one) => (
          <li key={one.id}>{one.student?.displayName} <small>{clocks(one.begunAt, one.endsAt, timeZone)}</small></li>
        ))}
      </ul>
      <h2>{t("results")} <small>({found.results.length})</small></h2>
      {found.results.length === 0 ? <p>{t("nobody_yet")}</p> : <Marks quiz={quiz} found={found} />}
      <details>
        <summary>{t("questions")}</summary>
        <ol className="notices taken">
          {found.questions?.map((one, place) => <li key={place}>{place + 1}. {one.text} <RightAnswers question={one} /></li>)}
        </ol>
      </details>
    </>
  );
}

const graded = ({ grade }: Result): boolean => Boolean(grade) && grade?.state !== "WITHDRAWN";

function Marks({ quiz, found }: { quiz: QuizWholeFragment; found: Whole }) {
  const client = useClient();
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  const { gradeScale, lessons, school } = found.course;
  const held = [...lessons].filter(({ status }) => status !== "CANCELLED").reverse();
  const kinds = school?.workTypes?.filter(({ active }) => active) ?? [];
  const marks = (gradeScale ?? FIVE_POINT).wholeMarks.map(({ mark }) => mark);
  const open = found.results.filter((one) => !graded(one));

  async function confirm(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const shared = { lesson: String(fields.get("lesson")), workType: String(fields.get("workType")) };
    const grades = open.flatMap((one) => {
      const value = String(fields.get(`mark ${one.id}`) ?? "");
      return value && one.student ? [{ ...shared, value, try: one.id, student: one.student.id }] : [];
    });
    if (grades.length === 0) return;
    setBusy(true);
    const result = await client.mutation(GradeQuizDocument, { input: { grades, idempotencyKey: newKey() } }).toPromise();
    const refused = refusalOf(result);
    setBusy(false);
    setRefusal(refused);
    setDone(!refused);
    needsAll();
  }

  return (
    <form onSubmit={(event) => void confirm(event)}>
      <Scroll>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t("student")}</th>
              <th scope="col">{t("points")}</th>
              <th scope="col">{t("proposal")}</th>
              <th scope="col">{t("mark")}</th>
            </tr>
          </thead>
          <tbody>
            {found.results.map((one) => (
              <tr key={one.id}>
                <th scope="row"><Link href={tryPath(one.id)}>{one.student?.displayName}</Link></th>
                <td>{number(one.pointsSoFar)} / {number(quiz.points)}</td>
                <td>{one.proposed}</td>
                <td>
                  {graded(one) ? <span className="mark">{one.grade?.value}</span> : (
                    <select name={`mark ${one.id}`} aria-label={`${t("mark")}: ${one.student?.displayName}`} defaultValue={one.proposed ?? ""}>
                      <option value="">—</option>
                      {marks.map((mark) => <option key={mark} value={mark}>{mark}</option>)}
                    </select>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {open.length > 0 && (
        <div className="fields">
          <label htmlFor="lesson">{t("lesson")}</label>
          <select id="lesson" name="lesson" required>
            {held.map(({ id, date, slot }) => <option key={id} value={id}>{day(date, { weekday: "short", day: "numeric", month: "long" })}, {slot}</option>)}
          </select>
          <label htmlFor="workType">{t("work_type")}</label>
          <select id="workType" name="workType" required>
            {kinds.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
          </select>
          <button type="submit" className="first" disabled={busy || held.length === 0}>{t("give_marks")}</button>
        </div>
      )}
      <RefusalNotice refusal={refusal} />
      {done && <p role="status">{t("marks_given")}</p>}
    </form>
  );
}
