/** A course: who teaches it and who takes it, its scale, and the hours of its week. */
import { Link } from "wouter";
import { useIdAsked } from "../../asked";
import { addDays } from "../../dates";
import { useData } from "../../epoch";
import {
  AssignTeacherDocument,
  ChangeCourseDocument,
  CourseChoicesDocument,
  CourseInSetupDocument,
  type CourseOfOfficeFragment,
  EndEnrolmentDocument,
  EndTeachingDocument,
  EnrolStudentDocument,
  GradingOfSchoolDocument,
  PutAwayCourseDocument,
  RestoreCourseDocument,
  SetCourseGradeScaleDocument,
  SetLessonPatternsDocument,
  StudentsOfClassDocument,
} from "../../generated/graphql";
import { t } from "../../texts";
import { choices, s, weekDayName } from "../../texts/setup";
import { Waiting } from "../../ui/notices";
import { Nowhere } from "../../ui/nowhere";
import { Act, Choice, Field, Tick, textIn } from "../../ui/steps";
import { daysOf, personPath } from "../person-fields";
import { type Choices, groupsOf, namedIn, teachersOf } from "./courses";
import { holds, inOrder, toldHour } from "./hours";
import { Cell, Head, type PartProps, Rows, rowsIn, weekDays } from "./parts";
import { Rules } from "./rules";

interface OfCourse {
  one: CourseOfOfficeFragment;
  found: Choices;
}

export function Course({ school }: PartProps) {
  const { data, error, waiting } = useData(CourseInSetupDocument, { course: useIdAsked() });
  const { data: asked, waiting: wait } = useData(CourseChoicesDocument, { school: school.id });
  if (waiting || wait) return <Waiting />;
  const one = data?.course;
  const found = asked?.school;
  if (!one || !found) return <Nowhere error={error} />;
  return (
    <>
      <Head title={one.title} school={school} />
      <p><Link href={`/diary/setup/courses?class=${encodeURIComponent(one.classGroup?.id ?? "all")}`}>{t("courses")}</Link></p>
      <dl>
        <div><dt>{t("subject")}</dt><dd>{one.subject?.name}</dd></div>
        <div><dt>{t("class")}</dt><dd>{one.classGroup?.name ?? s("several_classes")}</dd></div>
        <div><dt>{s("academic_year")}</dt><dd>{one.academicYear?.name}</dd></div>
        <div><dt>{s("course_scale")}</dt><dd>{one.gradeScale?.name ?? s("school_s_scale")}</dd></div>
        {one.room && <div><dt>{s("held_in")}</dt><dd>{one.room}</dd></div>}
      </dl>
      <Steps one={one} found={found} />
      <Teachers one={one} found={found} />
      <Hours one={one} found={found} />
      <RulesOf one={one} />
      <Students one={one} found={found} />
    </>
  );
}

function Steps({ one, found }: OfCourse) {
  const may: readonly string[] = one.viewerMay;
  return (
    <>
      {may.includes("changeCourse") && (
        <Act document={ChangeCourseDocument} name={t("change_it")} of={one.title} input={(fields) => changed(one, fields)}>
          <Field name="title" label={s("own_title")} value={one.title} required maxLength={200} />
          <Choice name="subject" label={t("subject")} among={withOwn(namedIn(found.subjects), one.subject)} value={one.subject?.id} />
          <Field name="code" label={s("code")} value={one.code} maxLength={100} />
          <Field name="room" label={s("held_in")} value={one.room} maxLength={100} />
          {one.classGroup && <Choice name="takes" label={s("who_takes_it")} among={choices("takes", ["WHOLE", "NAMED"])} value={one.wholeClass ? "WHOLE" : "NAMED"} />}
        </Act>
      )}
      {may.includes("setCourseGradeScale") && (
        <Act document={SetCourseGradeScaleDocument} name={s("choose_scale")} of={one.title} input={(fields) => ({ course: one.id, gradeScale: fields.get("gradeScale") })}>
          <Choice name="gradeScale" label={s("course_scale")} among={namedIn(found.gradeScales)} value={one.gradeScale?.id} />
        </Act>
      )}
      {!one.active && <p><span className="state overdue">{s("course_put_away")}</span></p>}
      {may.includes("restoreCourse") && <Act document={RestoreCourseDocument} name={t("take_back")} of={one.title} input={() => ({ id: one.id })} />}
      {may.includes("putAwayCourse") && <Act document={PutAwayCourseDocument} name={s("put_course_away")} of={one.title} input={() => ({ id: one.id })} />}
    </>
  );
}

/** A list of choices with the one that stands, which may be out of use. */
const withOwn = (among: (readonly [string, string])[], own: { id: string; name: string } | null) =>
  own && !among.some(([id]) => id === own.id) ? [[own.id, own.name] as const, ...among] : among;

/** What is not changed is left out: a course with lessons keeps its subject, say. */
function changed(one: CourseOfOfficeFragment, fields: FormData) {
  const subject = textIn(fields, "subject");
  const whole = fields.get("takes") === "WHOLE";
  return {
    id: one.id,
    title: textIn(fields, "title"),
    code: textIn(fields, "code"),
    room: textIn(fields, "room"),
    ...(subject === one.subject?.id ? {} : { subject }),
    ...(fields.has("takes") && whole !== one.wholeClass ? { wholeClass: whole } : {}),
  };
}

function Teachers({ one, found }: OfCourse) {
  const may: readonly string[] = one.viewerMay;
  return (
    <section aria-labelledby="teachers">
      <h2 id="teachers">{s("teachers_of")}</h2>
      <ul className="notices">
        {one.teachings.map((tie, at) => tie.teacher && (
          <li key={at}>
            <Link href={personPath("teacher", tie.teacher.id)}>{tie.teacher.displayName}</Link>{" "}
            <small>{[tie.standsInFor ? s("in_its_place", { name: tie.standsInFor.displayName }) : tie.main && s("main_teacher"), daysOf(tie)].filter(Boolean).join(", ")}</small>{" "}
            {may.includes("endTeaching") && (tie.endsOn === null || tie.endsOn >= found.today) && (
              <Act
                document={EndTeachingDocument}
                name={s("end_teaching")}
                of={tie.teacher.displayName}
                input={(fields) => ({ course: one.id, teacher: tie.teacher?.id, endsOn: textIn(fields, "endsOn"), reason: textIn(fields, "reason") })}
              >
                <Field name="endsOn" label={t("last_day")} type="date" value={tie.endsOn ?? found.today} required />
                <Field name="reason" label={t("why")} maxLength={500} />
              </Act>
            )}
          </li>
        ))}
      </ul>
      {one.teachings.length === 0 && <p>{s("nothing_yet")}</p>}
      {may.includes("assignTeacher") && (
        <Act
          document={AssignTeacherDocument}
          name={s("assign_teacher")}
          of={one.title}
          input={(fields) => ({ course: one.id, teacher: fields.get("teacher"), main: fields.has("main"), beginsOn: textIn(fields, "beginsOn"), endsOn: textIn(fields, "endsOn"), reason: textIn(fields, "reason") })}
        >
          <Choice name="teacher" label={s("teacher")} among={teachersOf(found)} />
          <Tick name="main" label={s("as_main")} on={one.teachings.length === 0} />
          <Field name="beginsOn" label={t("first_day")} type="date" />
          <Field name="endsOn" label={t("last_day")} type="date" />
          <Field name="reason" label={t("why")} maxLength={500} />
        </Act>
      )}
    </section>
  );
}

/** The rule by which its grades are made, where it has one of its own. */
function RulesOf({ one }: { one: CourseOfOfficeFragment }) {
  const school = one.school?.id ?? "";
  const { data } = useData(GradingOfSchoolDocument, { school }, !school);
  const found = data?.school;
  if (!found) return null;
  return (
    <section aria-labelledby="rules">
      <h2 id="rules">{s("rule_of_course")}</h2>
      <Rules school={school} all={found.gradingRules} mayCreate={found.viewerMay.includes("createGradingRules")} course={one.id} />
    </section>
  );
}

/** The hours that hold, and from a day on other ones. */
function Hours({ one, found }: OfCourse) {
  const { today } = found;
  const hours = one.lessonPatterns.filter(holds(today)).sort(inOrder);
  const begins = one.academicYear?.startsOn ?? today;
  const first = hours.length > 0 ? addDays(today, 1) : today;
  const from = begins > first ? begins : first;
  const rooms = namedIn(found.rooms);
  const teachers = teachersOf(found);
  return (
    <section aria-labelledby="hours">
      <h2 id="hours">{s("week_hours")}</h2>
      {hours.length === 0 && <p>{s("no_hours")}</p>}
      <ul className="notices">
        {hours.map((hour) => <li key={hour.id}><strong>{weekDayName(hour.weekDay)}, {hour.slot}.</strong> <small>{[toldHour(hour), daysOf({ beginsOn: hour.startsOn, endsOn: hour.endsOn })].filter(Boolean).join(", ")}</small></li>)}
      </ul>
      {found.viewerMay.includes("generateLessons") && (
        <Act
          key={hours.map(({ id }) => id).join()}
          document={SetLessonPatternsDocument}
          name={s("set_hours")}
          of={one.title}
          input={(fields) => ({ course: one.id, hours: hoursIn(fields), from: textIn(fields, "from"), to: textIn(fields, "to"), reason: textIn(fields, "reason") })}
        >
          <Rows
            legend={s("week_hours")}
            name="hours"
            begin={Math.max(hours.length, 1)}
            called={(number) => s("hour_number", { number })}
            row={(at, index) => (
              <>
                <Cell><Choice name={`${at}.weekDay`} label={s("week_day")} among={weekDays(found.weekDays)} value={hours[index]?.weekDay} /></Cell>
                <Cell><Field name={`${at}.slot`} label={s("slot")} value={hours[index]?.slot ?? 1} type="number" min={1} max={20} required /></Cell>
                <Cell><Choice name={`${at}.week`} label={s("week")} among={[["A", "A"], ["B", "B"]]} value={hours[index]?.week} none={s("each_week")} /></Cell>
                <Cell><Field name={`${at}.shift`} label={s("shift")} value={hours[index]?.shift ?? 1} type="number" min={1} max={4} required /></Cell>
                <Cell><Choice name={`${at}.location`} label={s("room")} among={rooms} value={hours[index]?.location?.id} none={s("as_course")} /></Cell>
                <Cell><Choice name={`${at}.teacher`} label={s("teacher")} among={teachers} value={hours[index]?.teacher?.id} none={s("who_teaches")} /></Cell>
              </>
            )}
          />
          <Field name="from" label={s("hours_from")} type="date" value={from} required />
          <Field name="to" label={t("last_day")} type="date" />
          <Field name="reason" label={t("why")} maxLength={500} />
          <p className="help">{s("hours_help")}</p>
        </Act>
      )}
      <p><Link href={`/diary/setup/timetable?class=${encodeURIComponent(one.classGroup?.id ?? "")}`}>{s("timetable")}</Link></p>
    </section>
  );
}

const hoursIn = (fields: FormData) =>
  rowsIn(fields, "hours", (text) => ({
    weekDay: text("weekDay"),
    slot: Number(text("slot")),
    week: text("week"),
    shift: Number(text("shift")),
    location: text("location"),
    teacher: text("teacher"),
  }));

/** Who takes it; where no whole class does, they are enrolled and ended one by one. */
function Students({ one, found }: OfCourse) {
  const byName = !one.wholeClass;
  return (
    <section aria-labelledby="students">
      <h2 id="students">{t("students")} <small>{byName ? s("by_name") : s("takes_WHOLE")}</small></h2>
      <ul className="notices">
        {one.students.map(({ id, displayName }) => (
          <li key={id}>
            <Link href={personPath("student", id)}>{displayName}</Link>{" "}
            {byName && found.viewerMay.includes("enrolStudents") && (
              <Act document={EndEnrolmentDocument} name={s("end_place")} of={displayName} input={(fields) => ({ student: id, course: one.id, endsOn: textIn(fields, "endsOn"), reason: textIn(fields, "reason") })}>
                <Field name="endsOn" label={t("last_day")} type="date" value={found.today} required />
                <Field name="reason" label={t("why")} maxLength={500} />
              </Act>
            )}
          </li>
        ))}
      </ul>
      {byName && found.viewerMay.includes("enrolStudents") && groupsOf(found).length > 0 && <Enrol one={one} />}
    </section>
  );
}

function Enrol({ one }: { one: CourseOfOfficeFragment }) {
  const { data } = useData(StudentsOfClassDocument, { classGroup: one.classGroup?.id ?? "" }, !one.classGroup);
  const others = data?.classGroup?.students.filter(({ id }) => !one.students.some((taking) => taking.id === id)) ?? [];
  if (others.length === 0) return null;
  return (
    <Act document={EnrolStudentDocument} name={s("enrol")} of={one.title} input={(fields) => ({ student: fields.get("student"), course: one.id, beginsOn: textIn(fields, "beginsOn") })}>
      <Choice name="student" label={s("student")} among={others.map(({ id, displayName }) => [id, displayName] as const)} />
      <Field name="beginsOn" label={t("first_day")} type="date" />
    </Act>
  );
}
