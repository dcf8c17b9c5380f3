/** What was answered in a survey: how often each answer was given, and by name where it is. */
import { useData } from "../epoch";
import { SurveyAnswersDocument, type SurveyAnswersQuery, SurveyChartDocument, type SurveyWholeFragment } from "../generated/graphql";
import { language, moment, number, t } from "../texts";
import { Bars } from "../ui/bars";
import { Disclosure } from "../ui/disclosure";
import { Problem, Waiting } from "../ui/notices";
import { More, Pages } from "../ui/pages";

export function Results({ survey, watches }: { survey: SurveyWholeFragment; watches: boolean }) {
  const { results } = survey;
  return (
    <section aria-labelledby="results">
      <h2 id="results">{t("results")} {results && <small>{t("answers_count", { count: results.answered })}</small>}</h2>
      {!results && <p>{whyNone(survey, watches)}</p>}
      {results && survey.anonymous && survey.open && <p className="help">{t("results_by_five")}</p>}
      {results?.questions.map((one, place) => (
        <section key={place}>
          <h3>{one.question.text}</h3>
          {one.options.length > 0 && (
            <>
              <Bars label={one.question.text} bars={one.options.map(({ option, count }) => ({ name: option, count }))} />
              <Disclosure summary={t("as_picture")} label={`${t("as_picture")}: ${one.question.text}`} className="no-print" anew>
                <Picture survey={survey.id} question={place} />
              </Disclosure>
            </>
          )}
          {one.average && <p>{t("on_average")}: {number(one.average)}</p>}
          {one.texts.length > 0 && <ul className="notices">{one.texts.map((text, at) => <li key={at}>{text}</li>)}</ul>}
          {one.answered === 0 && <p>{t("no_answers")}</p>}
        </section>
      ))}
    </section>
  );
}

/** The chart of a question, as the gateway draws it: to print, or to put into a document. */
function Picture({ survey, question }: { survey: string; question: number }) {
  const { data, error, waiting } = useData(SurveyChartDocument, { survey, question, language: language() });
  if (waiting) return <Waiting />;
  const chart = data?.node && "chart" in data.node ? data.node.chart : null;
  if (!chart) return <Problem error={error} />;
  return (
    <figure className="chart">
      <img src={chart.svg} alt={chart.description} />
      <figcaption><a href={chart.svg} download={`${chart.title}.svg`}>SVG</a> · <a href={chart.png} download={`${chart.title}.png`}>PNG</a></figcaption>
    </figure>
  );
}

/** Why there is nothing to show. */
function whyNone({ anonymous, open, resultsTold }: SurveyWholeFragment, watches: boolean): string {
  if (watches) return anonymous ? t("too_few_answers") : t("no_answers");
  if (!resultsTold) return t("results_not_told");
  return open ? t("results_when_closed") : t("too_few_answers");
}

/** Who has answered what. */
export function Named({ survey, timeZone }: { survey: SurveyWholeFragment; timeZone: string }) {
  return (
    <Disclosure summary={t("who_answered_what")} anew>
      <ul className="notices">
        <Pages page={(after, onMore) => <AnswersPage survey={survey} timeZone={timeZone} after={after} onMore={onMore} />} />
      </ul>
    </Disclosure>
  );
}

interface PageProps {
  survey: SurveyWholeFragment;
  timeZone: string;
  after: string | null;
  onMore?: (next: string) => void;
}

function AnswersPage({ survey, timeZone, after, onMore }: PageProps) {
  const { data, error, waiting } = useData(SurveyAnswersDocument, { survey: survey.id, after });
  if (waiting) return <li><Waiting /></li>;
  const found = data?.node && "answers" in data.node ? (data.node.answers as Answers) : null;
  if (!found) return <li><Problem error={error} /></li>;
  return (
    <>
      {!after && found.edges.length === 0 && <li>{t("nobody")}</li>}
      {found.edges.map(({ cursor, node }) => node && (
        <li key={cursor}>
          <strong>{node.by}</strong> <small>{moment(node.at, timeZone)}</small>
          <dl>
            {node.answers.map((one) => (
              <div key={one.place}>
                <dt>{survey.questions[one.place]?.text}</dt>
                <dd>{one.text ?? one.number ?? (one.choices.map((at) => survey.questions[one.place]?.choices[at]).join(", ") || "—")}</dd>
              </div>
            ))}
          </dl>
        </li>
      ))}
      <More page={found.pageInfo} onMore={onMore} listed quiet />
    </>
  );
}

type Node = NonNullable<SurveyAnswersQuery["node"]>;
type Answers = NonNullable<Extract<Node, { answers: unknown }>["answers"]>;
