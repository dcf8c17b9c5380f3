/** The bank of a subject's questions; of those that are chosen, a quiz of the course is made. */
import { useState } from "react";
import { useClient } from "urql";
import { Link } from "wouter";
import { useIdAsked } from "../asked";
import { useData } from "../epoch";
import {
  AddQuizQuestionDocument,
  BankDocument,
  BankPageDocument,
  type BankQuery,
  type BankQuestionFragment,
  ChangeQuizQuestionDocument,
  CreateQuizDocument,
  WithdrawQuizQuestionDocument,
} from "../generated/graphql";
import { refusalOf } from "../outbox";
import { type Viewer, schoolOf } from "../session";
import { t, word } from "../texts";
import { courseName } from "../ui/course-name";
import { useForm } from "../ui/form";
import { FIVE_POINT, withoutSigns } from "../ui/mark";
import { Problem, RefusalNotice, Waiting } from "../ui/notices";
import { Nowhere } from "../ui/nowhere";
import { More, Pages, newestFirst } from "../ui/pages";
import { useSearch } from "../ui/search";
import { Field, Step, textIn } from "../ui/steps";
import { QuestionFields, RightAnswers, questionIn } from "./question-fields";
import { QuizFields, quizIn } from "./quiz-steps";

type Course = NonNullable<BankQuery["course"]>;

export default function Bank({ viewer }: { viewer: Viewer }) {
  const { data, error, waiting } = useData(BankDocument, { course: useIdAsked() });
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [search, field] = useSearch();
  if (waiting) return <Waiting />;
  const course = data?.course;
  if (!course?.subject) return <Nowhere error={error} />;
  const { subject } = course;
  const timeZone = schoolOf(viewer, course)?.timeZone ?? "UTC";
  const choose = (question: string, on: boolean) => setChosen([...chosen.filter((one) => one !== question), ...(on ? [question] : [])]);
  return (
    <>
      <p className="no-print"><Link href="/diary/quizzes">{t("nav_quizzes")}</Link></p>
      <h1>{t("question_bank")} <small>{subject.name}</small></h1>
      {subject.viewerMay.includes("addQuizQuestion") && <NewQuestion subject={subject.id} />}
      <p className="fields">{field}</p>
      <ul className="notices">
        <Pages
          key={search}
          page={(before, onMore) => <Page subject={subject.id} search={search} before={before} chosen={chosen} onChoose={choose} onMore={onMore} />}
        />
      </ul>
      <NewQuiz course={course} questions={chosen} timeZone={timeZone} onMade={() => setChosen([])} />
    </>
  );
}

interface PageProps {
  subject: string;
  search: string | null;
  before: string | null;
  chosen: readonly string[];
  onChoose: (question: string, on: boolean) => void;
  onMore?: (next: string) => void;
}

function Page({ subject, search, before, chosen, onChoose, onMore }: PageProps) {
  const { data, error, waiting } = useData(BankPageDocument, { subject, search, before });
  if (waiting) return <li><Waiting /></li>;
  const found = data?.node && "quizQuestions" in data.node ? data.node.quizQuestions : null;
  if (!found) return <li><Problem error={error} /></li>;
  const newest = newestFirst(found);
  return (
    <>
      {!before && newest.length === 0 && <li>{t("nothing_here")}</li>}
      {newest.map((one) => <Line key={one.id} one={one} on={chosen.includes(one.id)} onChoose={(on) => onChoose(one.id, on)} />)}
      <More page={found.pageInfo} onMore={onMore} listed />
    </>
  );
}

function Line({ one, on, onChoose }: { one: BankQuestionFragment; on: boolean; onChoose: (on: boolean) => void }) {
  const of = one.text ?? "";
  return (
    <li>
      <label><input type="checkbox" checked={on} onChange={({ target }) => onChoose(target.checked)} /> {of}</label>{" "}
      <small>{word("question", one.kind)}</small> <RightAnswers question={one} />
      {one.viewerMay.includes("changeQuizQuestion") && (
        <Step record={one} document={ChangeQuizQuestionDocument} name={t("change_it")} of={of} input={questionIn}>
          <QuestionFields question={one} />
        </Step>
      )}
      {one.viewerMay.includes("withdrawQuizQuestion") && (
        <Step record={one} document={WithdrawQuizQuestionDocument} name={t("withdraw")} of={of} reason={t("reason_taken_back")} />
      )}
    </li>
  );
}

function NewQuestion({ subject }: { subject: string }) {
  const client = useClient();
  const [made, setMade] = useState(0);
  const { busy, refusal, send } = useForm(async (fields) => {
    const refused = refusalOf(await client.mutation(AddQuizQuestionDocument, { input: { subject, ...questionIn(fields) } }).toPromise());
    if (!refused) setMade(made + 1);
    return refused;
  });
  return (
    <details>
      <summary>{t("new_question")}</summary>
      <form className="fields" onSubmit={(event) => void send(event)}>
        <QuestionFields key={made} />
        <button type="submit" className="first" disabled={busy}>{t("add")}</button>
        <RefusalNotice refusal={refusal} />
      </form>
    </details>
  );
}

interface NewQuizProps {
  course: Course;
  questions: readonly string[];
  timeZone: string;
  onMade: () => void;
}

function NewQuiz({ course, questions, timeZone, onMade }: NewQuizProps) {
  const client = useClient();
  const marks = withoutSigns((course.gradeScale ?? FIVE_POINT).wholeMarks.map(({ mark }) => mark));
  const { busy, done, refusal, send } = useForm(async (fields) => {
    const rule = marks.flatMap((mark) => {
      const percent = textIn(fields, `percent ${mark}`);
      return percent === null ? [] : [{ mark, percent }];
    });
    const input = { ...quizIn(fields, timeZone), course: course.id, questions: [...questions], marks: rule.length > 0 ? rule : null };
    const refused = refusalOf(await client.mutation(CreateQuizDocument, { input }).toPromise());
    if (!refused) onMade();
    return refused;
  });
  return (
    <section>
      <h2>{t("new_quiz")} <small>{courseName(course)}, {t("questions_chosen", { count: questions.length })}</small></h2>
      <form className="fields" onSubmit={(event) => void send(event)}>
        <QuizFields timeZone={timeZone} />
        <fieldset>
          <legend>{t("marks_from_percent")}</legend>
          {marks.map((mark) => <Field key={mark} name={`percent ${mark}`} label={mark} type="number" min={0} max={100} />)}
        </fieldset>
        <button type="submit" className="first" disabled={busy || questions.length === 0}>{t("make_quiz")}</button>
        {questions.length === 0 && <p className="help">{t("choose_questions")}</p>}
        <RefusalNotice refusal={refusal} />
        {done && <p role="status">{t("quiz_made")}</p>}
      </form>
    </section>
  );
}
