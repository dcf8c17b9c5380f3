/** Materials: what a student learns with, by subject, and what a teacher has added. */
import { type ReactNode, useState } from "react";
import { useAsked } from "../asked";
import { addDays } from "../dates";
import { useData } from "../epoch";
import { type Pupil, Pupils } from "../family/students";
import {
  type MaterialLineFragment,
  MaterialPlacesDocument,
  MaterialsOfCourseDocument,
  MaterialsOfLessonsDocument,
  MaterialsOfStudentDocument,
  MaterialsOfSubjectDocument,
  RestoreMaterialDocument,
  SubjectsOfStudentDocument,
  WithdrawnMaterialsDocument,
} from "../generated/graphql";
import { type School, type Viewer, leads, officeSchool, schoolOf } from "../session";
import { day, moment, t, word } from "../texts";
import { courseName } from "../ui/course-name";
import { useCourseOfSchool } from "../ui/course-of-school";
import { Problem, Waiting } from "../ui/notices";
import { Nowhere } from "../ui/nowhere";
import { More, Pages, newestFirst } from "../ui/pages";
import { PutAway } from "../ui/put-away";
import { useSearch } from "../ui/search";
import { Step, TakenBack, type Versioned } from "../ui/steps";
import { MaterialLinks } from "./links";
import { MaterialSteps } from "./material-steps";
import { NewMaterial } from "./new-material";

/** Materials are added to lessons of so many days before and after today. */
const DAYS = 14;

interface Connection {
  edges: readonly { node: MaterialLineFragment | null }[];
  pageInfo: { hasPreviousPage: boolean; startCursor: string | null };
}

export default function Materials({ viewer }: { viewer: Viewer }) {
  const pupils = Boolean(viewer.student) || viewer.children.length > 0;
  const led = leads(viewer) ? officeSchool(viewer) : undefined;
  return (
    <>
      {viewer.teacher && <OfTeacher viewer={viewer} />}
      {led && <OfSchool school={led} />}
      {!viewer.teacher && !led && !pupils && <Nowhere />}
      {pupils && <Pupils viewer={viewer} title={t("nav_materials")}>{(pupil, school) => <OfPupil key={pupil.id} pupil={pupil} school={school} />}</Pupils>}
    </>
  );
}

function OfPupil({ pupil, school }: { pupil: Pupil; school: School | undefined }) {
  const [search, field] = useSearch();
  const [subject, setSubject] = useState("");
  const { data } = useData(SubjectsOfStudentDocument, { student: pupil.id });
  const subjects = new Map(data?.student?.courses?.flatMap((one) => (one.subject ? [[one.subject.id, one.subject.name] as const] : [])));
  return (
    <>
      <p className="fields">
        {field}
        <label htmlFor={`subject ${pupil.id}`}>{t("subject")}</label>
        <select id={`subject ${pupil.id}`} value={subject} onChange={({ target }) => setSubject(target.value)}>
          <option value="">{t("all_subjects")}</option>
          {[...subjects].map(([id, name]) => <option key={id} value={id}>{name}</option>)}
        </select>
      </p>
      <ul className="notices">
        <Pages
          key={`${subject} ${search}`}
          page={(before, onMore) => <PageOfPupil student={pupil.id} subject={subject || null} search={search} before={before} school={school} onMore={onMore} />}
        />
      </ul>
    </>
  );
}

interface PageProps {
  search: string | null;
  before: string | null;
  school: School | undefined;
  onMore?: (next: string) => void;
}

function PageOfPupil({ student, subject, ...page }: PageProps & { student: string; subject: string | null }) {
  const { data, error, waiting } = useData(MaterialsOfStudentDocument, { student, subject, search: page.search, before: page.before });
  return <Shown found={data?.student?.materials} error={error} waiting={waiting} {...page} />;
}

function OfTeacher({ viewer }: { viewer: Viewer }) {
  const [asked, ask] = useAsked();
  const courses = viewer.teacher?.courses ?? [];
  const chosen = courses.find(({ id }) => id === asked.get("course")) ?? courses[0];
  const school = schoolOf(viewer, viewer.teacher);
  return (
    <>
      <h1>{t("nav_materials")}</h1>
      <p className="fields">
        <label htmlFor="course">{t("course")}</label>
        <select id="course" value={chosen?.id} onChange={({ target }) => ask({ course: target.value })}>
          {courses.map((one) => <option key={one.id} value={one.id}>{courseName(one)}</option>)}
        </select>
      </p>
      {chosen ? <OfCourse key={chosen.id} course={chosen.id} school={school} /> : <p>{t("no_courses")}</p>}
    </>
  );
}

/** Those of any course, for heads and deputies. */
function OfSchool({ school }: { school: School }) {
  const [course, picker] = useCourseOfSchool(school);
  return (
    <>
      <h1>{t("nav_materials")} <small>{school.name}</small></h1>
      {picker}
      {course && <OfCourse key={course.id} course={course.id} school={school} />}
    </>
  );
}

function OfCourse({ course, school }: { course: string; school: School | undefined }) {
  const today = school?.today ?? "";
  const [search, field] = useSearch();
  const [takenBack, setTakenBack] = useState<Versioned>();
  const { data, error, waiting } = useData(MaterialPlacesDocument, { course, from: addDays(today, -DAYS), to: addDays(today, DAYS) });
  if (waiting) return <Waiting />;
  const found = data?.course;
  if (!found) return <Problem error={error} />;
  const shared = { search, school, onTakenBack: setTakenBack };
  return (
    <>
      {takenBack && <TakenBack key={takenBack.id} record={takenBack} document={RestoreMaterialDocument} onDone={() => setTakenBack(undefined)} />}
      <NewMaterial course={found} />
      <p className="fields">{field}</p>
      <h2>{t("of_course", { course: [found.classGroup?.name, found.title].filter(Boolean).join(" ") })}</h2>
      <List key={`course ${search}`} page={(rest) => <PageOfCourse course={course} {...shared} {...rest} />} />
      <h2>{t("of_lessons")}</h2>
      <List key={`lessons ${search}`} page={(rest) => <PageOfLessons course={course} {...shared} {...rest} />} />
      <PutAway
        withdrawn
        of={found.title}
        document={WithdrawnMaterialsDocument}
        variables={{ course }}
        all={(data) => newestFirst(data.course?.withdrawnMaterials)}
        named={({ title }) => <strong>{title}</strong>}
        back={(one) => one.viewerMay.includes("restoreMaterial") && (
          <Step record={one} document={RestoreMaterialDocument} name={t("restore")} of={one.title ?? ""} reason={t("reason_restored_it")} />
        )}
      />
      {found.subject && (
        <>
          <h2>{t("of_subject", { subject: found.subject.name })}</h2>
          <List key={`subject ${search}`} page={(rest) => <PageOfSubject subject={found.subject!.id} {...shared} {...rest} />} />
        </>
      )}
    </>
  );
}

type Rest = Pick<PageProps, "before" | "onMore">;
type TeacherPage = PageProps & { onTakenBack: (one: Versioned) => void };

function List({ page }: { page: (rest: Rest) => ReactNode }) {
  return <ul className="notices"><Pages page={(before, onMore) => page({ before, onMore })} /></ul>;
}

function PageOfCourse({ course, ...page }: TeacherPage & { course: string }) {
  const { data, error, waiting } = useData(MaterialsOfCourseDocument, { course, search: page.search, before: page.before });
  return <Shown found={data?.course?.materials} error={error} waiting={waiting} {...page} />;
}

function PageOfLessons({ course, ...page }: TeacherPage & { course: string }) {
  const { data, error, waiting } = useData(MaterialsOfLessonsDocument, { course, search: page.search, before: page.before });
  return <Shown found={data?.course?.lessonMaterials} error={error} waiting={waiting} {...page} />;
}

function PageOfSubject({ subject, ...page }: TeacherPage & { subject: string }) {
  const { data, error, waiting } = useData(MaterialsOfSubjectDocument, { subject, search: page.search, before: page.before });
  const found = data?.node && "materials" in data.node ? data.node.materials : null;
  return <Shown found={found} error={error} waiting={waiting} {...page} />;
}

interface ShownProps extends PageProps, Pick<ReturnType<typeof useData>, "error" | "waiting"> {
  found: Connection | null | undefined;
  onTakenBack?: (one: Versioned) => void;
}

function Shown({ found, error, waiting, before, school, onMore, onTakenBack }: ShownProps) {
  if (waiting) return <li><Waiting /></li>;
  if (!found) return <li><Problem error={error} /></li>;
  const newest = newestFirst(found);
  return (
    <>
      {!before && newest.length === 0 && <li>{t("nothing_here")}</li>}
      {newest.map((one) => <One key={one.id} one={one} school={school} onTakenBack={onTakenBack} />)}
      <More page={found.pageInfo} onMore={onMore} listed />
    </>
  );
}

function One({ one, school, onTakenBack }: { one: MaterialLineFragment; school: School | undefined; onTakenBack?: (one: Versioned) => void }) {
  const place = one.course ? (one.course.subject?.name ?? one.course.title) : one.subject?.name;
  return (
    <li>
      <strong>{one.title}</strong>{" "}
      <small>
        {[word("material", one.kind), place, one.date && t("lesson_of", { date: day(one.date, { day: "numeric", month: "long" }) }), moment(one.addedAt, school?.timeZone)].filter(Boolean).join(" · ")}
      </small>
      {one.description && <p>{one.description}</p>}
      <MaterialLinks one={one} />
      {onTakenBack && <MaterialSteps one={one} school={school} onTakenBack={onTakenBack} />}
    </li>
  );
}
