/** Reports: what is to be made, of whom and how it is written; and those that were made. */
import { type FormEvent, useState } from "react";
import { useClient } from "urql";
import { useAsked } from "../asked";
import { useData } from "../epoch";
import {
  ExportClassReportDocument, ExportCourseReportDocument, ExportStudentReportDocument,
  PlacesDocument, type ReportFragment, type ReportPlacesQuery, ReportPlacesDocument,
  ReportsDocument, ReportsOfDocument, type ReportsQuery,
} from "../generated/graphql";
import { type AnyMutation, newKey, type Refusal, refusalOf } from "../outbox";
import type { School, Viewer } from "../session";
import { currentPeriod } from "../teacher/period-picker";
import { language, moment, t, word } from "../texts";
import { Problem, RefusalNotice, Waiting } from "../ui/notices";
import { InSchool } from "../ui/schools";

type Place = NonNullable<ReportPlacesQuery["classGroup"]>;
type Period = NonNullable<ReportsQuery["school"]>["periods"][number];
const FORMATS = ["PDF", "XLSX", "CSV"] as const;
const OF_CLASS = ["CLASS_REPORT", "ATTENDANCE_SHEET", "REPORT_CARDS", "CLASS_REGISTER"];
const OF_STUDENT = ["REPORT_CARD", "DIARY_WEEK"];
/** Reports that are of a period. */
const OF_PERIOD = new Set(["CLASS_REPORT", "ATTENDANCE_SHEET", "JOURNAL"]);

export default function Reports({ viewer }: { viewer: Viewer }) {
  return <InSchool viewer={viewer} title={t("nav_reports")}>{(school) => <ReportsOfSchool school={school} viewer={viewer} />}</InSchool>;
}

function ReportsOfSchool({ school, viewer }: { school: School; viewer: Viewer }) {
  const [asked, ask] = useAsked();
  const { data, error, waiting, again } = useData(ReportsDocument, { school: school.id });
  const classes = useData(PlacesDocument, { school: school.id });
  if (waiting || classes.waiting) return <Waiting />;
  const listed = classes.data?.school?.classGroups?.edges.flatMap(({ node }) => node ?? []);
  if (!data?.school || !listed) return <Problem error={error ?? classes.error} />;
  const own = new Set(viewer.teacher?.courses.map(({ classGroup }) => classGroup?.id));
  const may = listed.filter(({ id, viewerMay }) => own.has(id) || viewerMay.includes("exportClassReport"));
  const chosen = may.find(({ id }) => id === asked.get("class"))?.id ?? may[0]?.id;
  const { periods, reports } = data.school;
  const now = currentPeriod({ today: school.today, periods }, null);
  return (
    <>
      <p className="fields">
        <label htmlFor="class">{t("class")}</label>
        <select id="class" value={chosen ?? ""} onChange={({ target }) => ask({ class: target.value })}>
          {may.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
        </select>
      </p>
      {chosen && (
        <New key={chosen} classGroup={chosen} periods={periods} now={now?.id ?? ""} today={school.today} onMade={again} />
      )}
      <h2>{t("reports_made")}</h2>
      <Made reports={reports.filter(({ kind }) => kind !== "STUDENT_DATA")} timeZone={school.timeZone} />
    </>
  );
}

interface NewProps {
  classGroup: string;
  periods: readonly Period[];
  now: string;
  today: string;
  onMade: () => void;
}

/** What may be made of a class: its own reports, the journals of its courses, and those of its students. */
function choicesOf({ viewerMay, courses, students }: Place): [string, string, string][] {
  const of = (may: readonly string[], operation: string, kinds: readonly string[], id: string, name: string) =>
    may.includes(operation) ? kinds.map((kind): [string, string, string] => [kind, id, name ? `${word("report", kind)}: ${name}` : word("report", kind)]) : [];
  return [
    ...of(viewerMay, "exportClassReport", OF_CLASS, "", ""),
    ...courses.flatMap((one) => of(one.viewerMay, "exportCourseReport", ["JOURNAL"], one.id, one.title)),
    ...OF_STUDENT.flatMap((kind) => students.flatMap((one) => of(one.viewerMay, "exportStudentReport", [kind], one.id, one.displayName))),
  ];
}

function New({ classGroup, periods, now, today, onMade }: NewProps) {
  const client = useClient();
  const { data, error, waiting } = useData(ReportPlacesDocument, { classGroup });
  const [at, setAt] = useState(0);
  const [refusal, setRefusal] = useState<Refusal>();
  const [busy, setBusy] = useState(false);
  if (waiting) return <Waiting />;
  if (!data?.classGroup) return <Problem error={error} />;
  const choices = choicesOf(data.classGroup);
  const [kind = "", id = ""] = choices[at] ?? [];
  if (choices.length === 0) return <p>{t("nothing_here")}</p>;

  async function make(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const [document, of] = wayTo(kind, id, classGroup);
    const input = {
      ...of,
      report: kind,
      format: String(fields.get("format")),
      language: language(),
      idempotencyKey: newKey(),
      ...(OF_PERIOD.has(kind) ? { period: String(fields.get("period")) } : {}),
      ...(kind === "DIARY_WEEK" ? { week: String(fields.get("week")) } : {}),
    };
    setBusy(true);
    const result = await client.mutation(document, { input }).toPromise();
    setBusy(false);
    const refused = refusalOf(result);
    setRefusal(refused);
    if (!refused) onMade();
  }

  return (
    <form className="fields" onSubmit={(event) => void make(event)}>
      <label htmlFor="report">{t("report_kind")}</label>
      <select id="report" value={at} onChange={({ target }) => setAt(Number(target.value))}>
        {choices.map(([, , name], index) => <option key={name} value={index}>{name}</option>)}
      </select>
      {OF_PERIOD.has(kind) && (
        <>
          <label htmlFor="period">{t("period")}</label>
          <select id="period" name="period" defaultValue={now}>
            {periods.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
          </select>
        </>
      )}
      {kind === "DIARY_WEEK" && (
        <>
          <label htmlFor="week">{t("week_of")}</label>
          <input id="week" name="week" type="date" required defaultValue={today} />
        </>
      )}
      <label htmlFor="format">{t("report_format")}</label>
      <select id="format" name="format">
        {FORMATS.map((one) => <option key={one} value={one}>{one}</option>)}
      </select>
      <button type="submit" className="first" disabled={busy}>{t("make_report")}</button>
      <RefusalNotice refusal={refusal} />
    </form>
  );
}

function wayTo(kind: string, id: string, classGroup: string): [AnyMutation, Record<string, string>] {
  if (kind === "JOURNAL") return [ExportCourseReportDocument as AnyMutation, { course: id }];
  if (OF_STUDENT.includes(kind)) return [ExportStudentReportDocument as AnyMutation, { student: id }];
  return [ExportClassReportDocument as AnyMutation, { classGroup }];
}

function Made({ reports, timeZone }: { reports: readonly ReportFragment[]; timeZone: string }) {
  const ids = [...new Set(reports.flatMap(({ of }) => of ?? []))].sort();
  const { data } = useData(ReportsOfDocument, { ids }, ids.length === 0);
  const names = new Map(
    data?.nodes.flatMap((node) => {
      if (!node) return [];
      const name = "name" in node ? node.name : "title" in node ? node.title : "displayName" in node ? node.displayName : "";
      return [[node.id, name] as const];
    }),
  );
  if (reports.length === 0) return <p>{t("no_reports")}</p>;
  return (
    <ul className="notices" aria-live="polite">
      {reports.map(({ id, kind, format, of, state, address, askedAt, expiresAt }) => (
        <li key={id}>
          <strong>{word("report", kind)}{of && names.has(of) && `: ${names.get(of)}`}</strong>{" "}
          <small>{format}, {moment(askedAt, timeZone)}</small>{" "}
          <span className="state">{word("export", state)}</span>{" "}
          {address && (
            <a href={address} download aria-label={`${t("download")}: ${word("report", kind)} ${of ? (names.get(of) ?? "") : ""}`}>
              {t("download")}
            </a>
          )}{" "}
          {address && <small>{t("kept_until", { time: moment(expiresAt, timeZone) })}</small>}
        </li>
      ))}
    </ul>
  );
}
