/** The courses of a class, of several, or of the whole school, and new ones. */
import { useState } from "react";
import { Link } from "wouter";
import { useAsked } from "../../asked";
import { useData } from "../../epoch";
import { CourseChoicesDocument, type CourseChoicesQuery, CoursesInSetupDocument, CoursesPutAwayDocument, CreateCourseDocument, RestoreCourseDocument, StudentsOfClassDocument } from "../../generated/graphql";
import { t } from "../../texts";
import { choices, s } from "../../texts/setup";
import { Problem, Waiting } from "../../ui/notices";
import { More, Pages } from "../../ui/pages";
import { PutAway } from "../../ui/put-away";
import { Act, Choice, Field, textIn } from "../../ui/steps";
import { Create, Head, type PartProps, Ticks, ticksIn } from "./parts";

export type Choices = NonNullable<CourseChoicesQuery["school"]>;

export const coursePath = (id: string): string => `/diary/setup/course/${encodeURIComponent(id)}`;

export const groupsOf = ({ classGroups }: Choices) => classGroups?.edges.flatMap(({ node }) => (node ? [[node.id, node.name] as const] : [])) ?? [];
export const teachersOf = ({ teachers }: Choices) => teachers?.edges.flatMap(({ node }) => (node ? [[node.id, node.displayName] as const] : [])) ?? [];
export const namedIn = (all: readonly { id: string; name: string; active: boolean }[]) =>
  all.filter(({ active }) => active).map(({ id, name }) => [id, name] as const);

const ALL = "all";
const UNLED = "unled";

export function Courses({ school }: PartProps) {
  const [asked, ask] = useAsked();
  const { data, error, waiting } = useData(CourseChoicesDocument, { school: school.id });
  if (waiting) return <Waiting />;
  const found = data?.school;
  if (!found) return <Problem error={error} />;
  const groups = groupsOf(found);
  const of = asked.get("class") ?? ALL;
  return (
    <>
      <Head title={t("courses")} school={school} />
      <p className="fields">
        <label htmlFor="of">{s("courses_of")}</label>
        <select id="of" value={of} onChange={({ target }) => ask({ class: target.value })}>
          <option value={ALL}>{s("all_courses")}</option>
          <option value={UNLED}>{s("without_teacher_only")}</option>
          {groups.map(([id, name]) => <option key={id} value={id}>{name}</option>)}
        </select>
      </p>
      <ul className="notices">
        <Pages key={of} page={(after, onMore) => <Page school={school.id} of={of} after={after} onMore={onMore} />} />
      </ul>
      {found.viewerMay.includes("createCourse") && (
        <PutAway
          of={t("courses")}
          document={CoursesPutAwayDocument}
          variables={{ school: school.id, where: { ...(groups.some(([id]) => id === of) ? { classGroup: of } : {}), putAway: true } }}
          all={(data) => data.school?.courses?.edges.flatMap(({ node }) => node ?? [])}
          named={(one) => <Link href={coursePath(one.id)}>{one.title}</Link>}
          told={(one) => one.academicYear?.name}
          back={(one) => one.viewerMay.includes("restoreCourse") && <Act document={RestoreCourseDocument} name={t("take_back")} of={one.title} input={() => ({ id: one.id })} />}
        />
      )}
      {found.viewerMay.includes("createCourse") && <NewCourse found={found} of={groups.some(([id]) => id === of) ? of : undefined} />}
    </>
  );
}

interface PageProps {
  school: string;
  of: string;
  after: string | null;
  onMore?: (next: string) => void;
}

function Page({ school, of, after, onMore }: PageProps) {
  const where = of === ALL ? {} : of === UNLED ? { withoutTeacher: true } : { classGroup: of };
  const { data, error, waiting } = useData(CoursesInSetupDocument, { school, where, after });
  const found = data?.school?.courses;
  if (waiting) return <li><Waiting /></li>;
  if (!found) return <li><Problem error={error} /></li>;
  return (
    <>
      {!after && <li><small>{t("found_count", { count: found.totalCount })}</small></li>}
      {found.edges.map(({ node }) => node && (
        <li key={node.id}>
          <strong><Link href={coursePath(node.id)}>{node.title}</Link></strong>{" "}
          {node.teachers.map(({ displayName }) => displayName).join(", ") || <span className="state overdue">{s("without_teacher_only")}</span>}{" "}
          <small>{s("hours_count", { count: node.lessonPatterns.filter(({ active, endsOn }) => active && endsOn === null).length })}</small>
        </li>
      ))}
      <More page={found.pageInfo} onMore={onMore} listed />
    </>
  );
}

function NewCourse({ found, of }: { found: Choices; of: string | undefined }) {
  const [group, setGroup] = useState(of ?? "");
  const [takes, setTakes] = useState("WHOLE");
  const years = found.academicYears.filter(({ active, endsOn }) => active && endsOn >= found.today);
  return (
    <Create name={s("new_course")} document={CreateCourseDocument} input={(fields) => given(found.id, fields)}>
      <Choice name="subject" label={t("subject")} among={namedIn(found.subjects)} />
      <label htmlFor="group">{s("course_of_class")}</label>
      <select id="group" name="classGroup" value={group} onChange={({ target }) => setGroup(target.value)}>
        <option value="">{s("several_classes")}</option>
        {groupsOf(found).map(([id, name]) => <option key={id} value={id}>{name}</option>)}
      </select>
      {group ? (
        <>
          <label htmlFor="takes">{s("who_takes_it")}</label>
          <select id="takes" name="takes" value={takes} onChange={({ target }) => setTakes(target.value)}>
            {choices("takes", ["WHOLE", "NAMED"]).map(([one, text]) => <option key={one} value={one}>{text}</option>)}
          </select>
          {takes === "NAMED" && <StudentTicks group={group} />}
        </>
      ) : (
        <>
          <Ticks legend={s("classes_that_take_it")} name="classGroups" among={groupsOf(found)} />
          <Choice name="academicYear" label={s("academic_year")} among={namedIn(years)} />
        </>
      )}
      <Choice name="teacher" label={s("teacher")} among={teachersOf(found)} none={s("nobody")} />
      <Field name="title" label={s("title")} maxLength={200} />
      <Field name="code" label={s("code")} maxLength={100} />
      <Field name="room" label={s("held_in")} maxLength={100} />
      <Field name="beginsOn" label={t("first_day")} type="date" />
    </Create>
  );
}

function StudentTicks({ group }: { group: string }) {
  const { data, waiting } = useData(StudentsOfClassDocument, { classGroup: group });
  if (waiting) return <Waiting />;
  return <Ticks legend={s("by_name")} name="students" among={data?.classGroup?.students.map(({ id, displayName }) => [id, displayName] as const) ?? []} />;
}

function given(school: string, fields: FormData) {
  const classGroup = textIn(fields, "classGroup");
  const whole = classGroup !== null && fields.get("takes") === "WHOLE";
  const taking = classGroup ? { classGroup, wholeClass: whole, students: ticksIn(fields, "students") } : { classGroups: ticksIn(fields, "classGroups"), academicYear: textIn(fields, "academicYear") };
  return {
    school,
    subject: fields.get("subject"),
    ...taking,
    teacher: textIn(fields, "teacher"),
    title: textIn(fields, "title"),
    code: textIn(fields, "code"),
    room: textIn(fields, "room"),
    beginsOn: textIn(fields, "beginsOn"),
  };
}
