/** Puts what the feed tells, and what this page has written, into the lists that are shown.
 *
 * A record that the cache knows changes by itself, as it is kept once. A new one has to be linked to
 * its lists; what is computed of records (averages, report cards) is asked for again where it is
 * shown. */
import type { Cache, UpdatesConfig } from "@urql/exchange-graphcache";
import { ring } from "./bell";
import { needsAll } from "./epoch";
import { postChanged } from "./post";
import { commentsChanged, postsChanged } from "./wall";

interface Ref {
  __typename: string;
  id: string;
}

interface Found extends Ref {
  date?: string;
  dueOn?: string;
  week?: string;
  from?: string;
  lesson?: Ref | null;
  dueLesson?: Ref | null;
  student?: (Ref & { classGroups?: Ref[] }) | null;
  course?: Ref | null;
}

type Event = { __typename: string; change: string } & Record<string, Found | string | null>;

const COMPUTED = ["reportCard", "progress", "averages"];
/** Steps after which lessons may stand on other days, or people be in other places. */
const UNFORESEEN = new Set(["CREATED", "GENERATED", "REPLACED", "JOINED", "MOVED", "REMOVED", "PUT_AWAY"]);

/** Steps of lessons after which they stand where they did not, or no more where they did. */
const PLACED = new Set(["ADDED", "CANCELLED", "RESTORED"]);

/** Steps after which homework stands in a list in which it was not. */
const LISTED = new Set(["SET", "RESTORED"]);

type Link = string | null | undefined;
const list = (found: unknown): string[] =>
  Array.isArray(found) ? found.flat().filter((one): one is string => typeof one === "string") : [];

/** The keys of all lists `field` of the record that are kept, with their arguments. */
function kept(cache: Cache, record: Link, field: string) {
  if (!record) return [];
  return cache.inspectFields(record).filter(({ fieldName }) => fieldName === field);
}

function add(cache: Cache, parent: string, field: string, args: Record<string, unknown> | null, key: string) {
  const there = cache.resolve(parent, field, args as never);
  if (there === undefined) return;
  const links = list(there);
  if (!links.includes(key)) cache.link(parent, field, args as never, [...links, key]);
}

const within = (date: string | undefined, args: Record<string, unknown> | null) =>
  date !== undefined && String(args?.from ?? "") <= date && date <= String(args?.to ?? "9999");

function addToSpans(cache: Cache, parent: Link, field: string, date: string | undefined, key: string) {
  for (const { arguments: args } of kept(cache, parent, field)) {
    if (parent && within(date, args)) add(cache, parent, field, args, key);
  }
}

function eachEntry(cache: Cache, student: Link, lesson: Link, found: (entry: string) => void) {
  for (const { arguments: args } of kept(cache, student, "diary")) {
    for (const day of list(cache.resolve(student!, "diary", args as never))) {
      for (const entry of list(cache.resolve(day, "lessons"))) {
        if (cache.resolve(entry, "lesson") === lesson) found(entry);
      }
    }
  }
}

/** Rows of lessons and journals, which stand for a student. */
function eachRow(cache: Cache, record: Found, found: (row: string) => void) {
  const [lesson, student, course] = [record.lesson, record.student, record.course].map(
    (one) => one && cache.keyOfEntity({ __typename: one.__typename, id: one.id }),
  );
  const of = (rows: unknown) => {
    for (const row of list(rows)) if (cache.resolve(row, "student") === student) found(row);
  };
  if (lesson) of(cache.resolve(lesson, "rows"));
  for (const { arguments: args } of kept(cache, course, "journal")) {
    if (!within(record.date, args)) continue;
    const journal = cache.resolve(course!, "journal", args as never);
    if (typeof journal === "string") of(cache.resolve(journal, "rows"));
  }
}

function key(cache: Cache, type: string, one: Ref | null | undefined): Link {
  return one ? cache.keyOfEntity({ __typename: type, id: one.id }) : null;
}

function recompute(cache: Cache, record: Link, fields: readonly string[]) {
  if (!record) return;
  for (const { fieldName, arguments: args } of cache.inspectFields(record)) {
    if (fields.includes(fieldName)) cache.invalidate(record, fieldName, args as never);
  }
}

function linkGrade(cache: Cache, grade: Found) {
  const own = key(cache, "Grade", grade)!;
  const student = key(cache, "Student", grade.student);
  eachEntry(cache, student, key(cache, "Lesson", grade.lesson), (entry) => add(cache, entry, "grades", null, own));
  eachRow(cache, grade, (row) => {
    add(cache, row, "grades", null, own);
    recompute(cache, row, ["average", "averageValue"]);
  });
  addToSpans(cache, student, "grades", grade.date, own);
  recompute(cache, student, COMPUTED);
  recompute(cache, key(cache, "Course", grade.course), ["results"]);
}

function linkAttendance(cache: Cache, one: Found) {
  const own = key(cache, "Attendance", one)!;
  const student = key(cache, "Student", one.student);
  eachEntry(cache, student, key(cache, "Lesson", one.lesson), (entry) => cache.link(entry, "attendance", own));
  eachRow(cache, one, (row) => {
    if (cache.resolve(row, "attendance") === undefined) return;
    if (row.includes("Lesson:")) cache.link(row, "attendance", own);
    else add(cache, row, "attendance", null, own);
  });
  recompute(cache, student, ["attendanceCounts", "attendance"]);
}

function linkHomework(cache: Cache, one: Found) {
  const own = key(cache, "Homework", one)!;
  for (const [field, lesson] of [["homework", one.lesson], ["homeworkDue", one.dueLesson]] as const) {
    const at = key(cache, "Lesson", lesson);
    if (at) add(cache, at, field, null, own);
  }
}

/** The lists of what is due: who takes the course is not known here. */
function recomputeHomework(cache: Cache) {
  for (const { arguments: args } of kept(cache, "Query", "student")) {
    const student = cache.resolve("Query", "student", args as never);
    if (typeof student === "string") recompute(cache, student, ["homework"]);
  }
}

/** What may be done at the lessons that are shown, once a period is closed or opened. */
function recomputeRights(cache: Cache) {
  for (const { arguments: args } of kept(cache, "Query", "lesson")) {
    const lesson = cache.resolve("Query", "lesson", args as never);
    if (typeof lesson === "string") recompute(cache, lesson, ["viewerMay"]);
  }
}

function linkOfStudent(cache: Cache, one: Found, type: string, field: string, date: string | undefined) {
  addToSpans(cache, key(cache, "Student", one.student), field, date, key(cache, type, one)!);
}

function told(event: Event, cache: Cache) {
  const record = Object.values(event).find((one): one is Found => typeof one === "object" && one !== null);
  if (!record || UNFORESEEN.has(event.change)) return needsAll();
  switch (event.__typename) {
    case "LessonChange":
      return PLACED.has(event.change) ? needsAll() : undefined;
    case "GradeChange":
      return linkGrade(cache, record);
    case "NoticeChange":
      return ring(cache, record.id);
    case "MessageChange":
      return postChanged();
    case "PostChange":
      return event.change === "ADDED" ? postsChanged() : undefined;
    case "CommentChange":
      return commentsChanged();
    case "QuizTryChange":
      // What was answered is in the answer to who did; other steps change lists and results.
      return event.change === "ANSWERED" ? undefined : needsAll();
    case "AttendanceChange":
      return linkAttendance(cache, record);
    case "HomeworkChange":
      linkHomework(cache, record);
      return LISTED.has(event.change) ? recomputeHomework(cache) : undefined;
    case "RemarkChange":
      return linkOfStudent(cache, record, "Remark", "remarks", record.date);
    case "DiarySignatureChange":
      return linkOfStudent(cache, record, "DiarySignature", "diarySignatures", record.week);
    case "AbsenceNoticeChange":
      for (const group of record.student?.classGroups ?? []) recompute(cache, key(cache, "ClassGroup", group), ["absenceNotices"]);
      return linkOfStudent(cache, record, "AbsenceNotice", "absenceNotices", record.from);
    case "HomeworkStatusChange":
      return recompute(cache, key(cache, "Student", record.student), ["homework"]);
    case "PeriodChange":
      return recomputeRights(cache);
    case "PeriodGradeChange":
      recompute(cache, key(cache, "Student", record.student), COMPUTED);
      return recompute(cache, key(cache, "Course", record.course), ["results"]);
    default:
      return undefined;
  }
}

/** Of the payload of a mutation: the one record, or the list of them. */
function written(payload: unknown, field: string): Found[] {
  const found = (payload as Record<string, Found | Found[] | null> | null)?.[field];
  return found ? [found].flat() : [];
}

export const updates: UpdatesConfig = {
  Subscription: {
    diaryChanged: (result, _, cache) => told(result.diaryChanged as Event, cache),
  },
  Mutation: {
    giveGrade: ({ giveGrade }, _, cache) =>
      written(giveGrade, "grade").forEach((one) => linkGrade(cache, one)),
    giveGrades: ({ giveGrades }, _, cache) =>
      written(giveGrades, "grades").forEach((one) => linkGrade(cache, one)),
    addRemark: ({ addRemark }, _, cache) =>
      written(addRemark, "remark").forEach((one) => linkOfStudent(cache, one, "Remark", "remarks", one.date)),
    takeAttendance: ({ takeAttendance }, _, cache) =>
      written(takeAttendance, "attendances").forEach((one) => linkAttendance(cache, one)),
    startConversation: (_, { input }, cache) =>
      recompute(cache, key(cache, "School", { __typename: "School", id: (input as { school: string }).school }), ["conversationDraft"]),
    setHomework: ({ setHomework }, _, cache) =>
      written(setHomework, "homework").forEach((one) => linkHomework(cache, one)),
    tickHomework: ({ tickHomework }, _, cache) =>
      written(tickHomework, "homeworkStatus").forEach((one) =>
        recompute(cache, key(cache, "Student", one.student), ["homework"]),
      ),
    handInHomework: ({ handInHomework }, _, cache) =>
      written(handInHomework, "homeworkStatus").forEach((one) =>
        recompute(cache, key(cache, "Student", one.student), ["homework"]),
      ),
  },
};
