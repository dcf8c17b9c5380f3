/** The diary as on paper: a week in two columns, or a day, or a month, or a year at a glance. */
import { useAsked } from "../asked";
import { addDays, firstOfMonth, isDay, lastOfMonth, monday } from "../dates";
import { useData } from "../epoch";
import { DiaryDocument } from "../generated/graphql";
import type { School, Viewer } from "../session";
import { day, span, t, type Key } from "../texts";
import { Problem, Waiting } from "../ui/notices";
import { Day } from "./day";
import { Month } from "./month";
import { NoLessons } from "./no-lessons";
import { type Pupil, Pupils } from "./students";
import { useSeen } from "./seen";
import { Signature } from "./signature";
import { Timetable } from "./timetable";
import { Year } from "./year";

const VIEWS = ["day", "week", "timetable", "month", "year"] as const;
type View = (typeof VIEWS)[number];
const NAMES: Record<View, Key> = { day: "view_day", week: "view_week", timetable: "view_timetable", month: "view_month", year: "view_year" };

const isWeek = (view: View): boolean => view === "week" || view === "timetable";

/** The days that a view of the diary shows. */
function spanOf(view: View, date: string): [string, string] {
  if (view === "day") return [date, date];
  if (isWeek(view)) return [monday(date), addDays(monday(date), 6)];
  return [firstOfMonth(date), lastOfMonth(date)];
}

function useSpan(today: string) {
  const [asked, ask] = useAsked();
  const view = VIEWS.find((one) => one === asked.get("view")) ?? "week";
  const wanted = asked.get("date");
  const date = isDay(wanted) ? wanted : today;
  const [from, to] = spanOf(view, date);
  return { view, date, from, to, ask };
}

export default function Week({ viewer }: { viewer: Viewer }) {
  const today = viewer.schools[0]?.today ?? "";
  const { view, date, from, to, ask } = useSpan(today);
  return (
    <>
      <div className="tools no-print">
        <div className="choices" role="group" aria-label={t("view")}>
          {VIEWS.map((one) => (
            <button key={one} type="button" aria-pressed={one === view} onClick={() => ask({ view: one })}>
              {t(NAMES[one])}
            </button>
          ))}
        </div>
        {view !== "year" && (
          <div className="choices">
            <button type="button" aria-label={t("before")} onClick={() => ask({ date: addDays(from, isWeek(view) ? -7 : -1) })}>
              ‹
            </button>
            <button type="button" onClick={() => ask({ date: today })}>{t("today")}</button>
            <button type="button" aria-label={t("after")} onClick={() => ask({ date: addDays(to, 1) })}>
              ›
            </button>
          </div>
        )}
        <button type="button" onClick={() => print()}>{t("print")}</button>
      </div>
      <Pupils viewer={viewer} title={named(view, from, to)}>
        {(pupil, school) =>
          view === "year" ? (
            <Year pupil={pupil} date={date} />
          ) : (
            <DiaryOf pupil={pupil} school={school} view={view} from={from} to={to} viewer={viewer} />
          )
        }
      </Pupils>
    </>
  );
}

function named(view: View, from: string, to: string): string {
  if (view === "year") return t("school_year");
  if (view === "month") return day(from, { month: "long", year: "numeric" });
  if (view === "day") return day(from, { day: "numeric", month: "long" });
  return span(from, to, { day: "numeric", month: "short" });
}

interface Props {
  pupil: Pupil;
  school: School | undefined;
  view: View;
  from: string;
  to: string;
  viewer: Viewer;
}

function DiaryOf({ pupil, school, view, from, to, viewer }: Props) {
  const own = pupil.id === viewer.student?.id;
  const asked = { student: pupil.id, from, to, signatures: !own };
  const { data, error, waiting, stale, again } = useData(DiaryDocument, asked);
  const box = useSeen(data?.student);
  if (waiting) return <Waiting />;
  if (!data?.student) return <Problem error={error} />;
  const { student } = data;
  if (view === "month") return <div ref={box}><Month student={student} from={from} /></div>;
  const shown = student.diary.filter(({ lessons }) => lessons.length > 0);
  if (view === "timetable" && shown.length > 0) return <Timetable student={student} timeZone={school?.timeZone} />;
  const remarks = student.remarks.filter(({ withdrawn }) => !withdrawn);
  return (
    <div ref={box} className="paper" aria-busy={stale}>
      {shown.length === 0 && <NoLessons pupil={pupil} from={from} to={to} />}
      <div className={view === "week" ? "columns" : undefined}>
        {shown.map((one) => (
          <Day
            key={one.date}
            day={one}
            remarks={remarks.filter(({ date }) => date === one.date)}
            timeZone={school?.timeZone}
            today={student.school?.today === one.date}
            whole={view === "day"}
          />
        ))}
      </div>
      {view === "week" && !own && (
        <Signature student={student} week={from} may={student.viewerMay.includes("signDiaryWeek")} onSigned={again} />
      )}
    </div>
  );
}
