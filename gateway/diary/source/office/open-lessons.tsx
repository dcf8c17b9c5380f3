/** Lessons that are over and that nobody has closed, by those who hold them. */
import { useEffect, useState } from "react";
import { Link } from "wouter";
import { useAsked } from "../asked";
import { addDays, isDay } from "../dates";
import { useData } from "../epoch";
import { DayOfTeacherDocument, OpenOfSchoolDocument, type OpenOfSchoolQuery } from "../generated/graphql";
import { type School, type Viewer, leads, officeSchool } from "../session";
import { day, t } from "../texts";
import { t as ofRecords } from "../texts/records";
import { Disclosure } from "../ui/disclosure";
import { Problem, Waiting } from "../ui/notices";
import { Nowhere } from "../ui/nowhere";
import { More, Pages } from "../ui/pages";
import { useTeachers } from "./school";

type Open = NonNullable<NonNullable<OpenOfSchoolQuery["school"]>["openLessons"]>;
type Lesson = NonNullable<Open["edges"][number]["node"]>;
/** Whether the viewer may open the screen of a lesson: a secretary reads no lesson of others. */
type Opens = (lesson: Lesson) => boolean;
const BACK = 14;

export default function OpenLessons({ viewer }: { viewer: Viewer }) {
  const school = officeSchool(viewer);
  const [asked, ask] = useAsked();
  const { teachers } = useTeachers(school);
  const [count, setCount] = useState<number>();
  if (!school) return <Nowhere />;
  const opens: Opens = ({ teacher }) => leads(viewer) || (!!teacher && teacher.id === viewer.teacher?.id);
  const [wantedFrom, wantedTo] = [asked.get("from"), asked.get("to")];
  const to = isDay(wantedTo) ? wantedTo : school.today;
  const from = isDay(wantedFrom) && wantedFrom <= to ? wantedFrom : addDays(to, -BACK);
  const teacher = asked.get("teacher") || null;
  const choose = (name: string) => ({ target }: { target: { value: string } }) => isDay(target.value) && ask({ [name]: target.value });
  return (
    <>
      <h1>{t("nav_open_lessons")} <small>{count}</small></h1>
      <p className="tools">
        <label>{t("from")} <input type="date" value={from} max={to} onChange={choose("from")} /></label>
        <label>{t("to")} <input type="date" value={to} max={school.today} onChange={choose("to")} /></label>
        <label>
          {t("teacher")}{" "}
          <select value={teacher ?? ""} onChange={({ target }) => ask({ teacher: target.value })}>
            <option value="">{t("everybody")}</option>
            {teachers?.map(({ id, displayName }) => <option key={id} value={id}>{displayName}</option>)}
          </select>
        </label>
      </p>
      <Pages key={`${from} ${to} ${teacher}`} page={(after, onMore) => (
        <Page school={school} span={{ from, to, where: { teacher } }} after={after} opens={opens} onMore={onMore} onCounted={setCount} />
      )} />
      {teacher && (
        <Disclosure key={`${from} ${to} ${teacher}`} summary={ofRecords("closed_lessons")}>
          <Closed teacher={teacher} from={from} to={to} opens={opens} />
        </Disclosure>
      )}
    </>
  );
}

/** Those that a teacher has closed: each is opened again on its own screen. */
function Closed({ teacher, from, to, opens }: { teacher: string; from: string; to: string; opens: Opens }) {
  const { data, error, waiting } = useData(DayOfTeacherDocument, { teacher, from, to });
  if (waiting) return <Waiting />;
  if (!data?.node || !("lessons" in data.node)) return <Problem error={error} />;
  const closed = data.node.lessons.filter((one) => one.closed);
  if (closed.length === 0) return <p>{ofRecords("closed_none")}</p>;
  return <ul className="notices">{closed.map((one) => <OpenLesson key={one.id} one={one} opens={opens(one)} />)}</ul>;
}

interface PageProps {
  school: School;
  span: { from: string; to: string; where: { teacher: string | null } };
  after: string | null;
  opens: Opens;
  onMore?: (next: string) => void;
  onCounted: (count: number) => void;
}

function Page({ school, span, after, opens, onMore, onCounted }: PageProps) {
  const { data, error, waiting } = useData(OpenOfSchoolDocument, { school: school.id, after, ...span });
  const found = data?.school?.openLessons;
  const count = found?.totalCount;
  useEffect(() => {
    if (count !== undefined) onCounted(count);
  }, [count, onCounted]);
  if (waiting) return <Waiting />;
  if (!found) return <Problem error={error} />;
  const lessons = found.edges.flatMap(({ node }) => node ?? []);
  const of = Map.groupBy(lessons, ({ teacher }) => teacher?.displayName ?? t("nobody"));
  return (
    <>
      {lessons.length === 0 && <p>{t("no_lessons")}</p>}
      {[...of].sort(([one], [other]) => one.localeCompare(other)).map(([name, theirs]) => (
        <section key={name} aria-label={name}>
          <h2>{name}</h2>
          <ul className="notices">{theirs.map((one) => <OpenLesson key={one.id} one={one} opens={opens(one)} />)}</ul>
        </section>
      ))}
      <More page={found.pageInfo} onMore={onMore} />
    </>
  );
}

function OpenLesson({ one, opens }: { one: Lesson; opens: boolean }) {
  const { id, date, slot, course, subject } = one;
  const name = `${day(date, { weekday: "short", day: "numeric", month: "short" })}, ${slot}: ${course.classGroup?.name ?? ""} ${subject?.name ?? course.title}`;
  return (
    <li>
      {opens ? <Link href={`/diary/lesson/${encodeURIComponent(id)}`}>{name}</Link> : name}
      {!one.attendanceTakenAt && <span className="state"> {t("no_attendance")}</span>}
      {!one.topic && <span className="state"> {t("no_topic")}</span>}
    </li>
  );
}
