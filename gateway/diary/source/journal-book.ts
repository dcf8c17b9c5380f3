/** Marks and attendance of journals that are too large to be asked for at once, by lesson and student.
 *
 * They are asked for in parts, as these come into view, and stand beside the cache: it would take all
 * records of all parts up again with each answer. What a mutation answers and what the feed tells is
 * put in here too. */
import type { Client, CombinedError } from "@urql/core";
import { useCallback, useEffect, useSyncExternalStore } from "react";
import { useEpoch } from "./epoch";
import { type DiaryAttendanceFragment, type DiaryGradeFragment, JournalPartDocument, type JournalPartQuery } from "./generated/graphql";
import { keepPart, keptPart } from "./kept-parts";

export interface Cell {
  readonly grades: readonly DiaryGradeFragment[];
  readonly attendance?: DiaryAttendanceFragment;
}

/** Lessons that are asked for together, and the days on which they are. */
export interface Part {
  from: string;
  to: string;
  lessons: readonly string[];
}

interface Noted {
  __typename: string;
  id: string;
  version: number;
  student?: { id: string } | null;
  lesson?: { id: string } | null;
}

const EMPTY: Cell = { grades: [] };
const LESSONS = 10;
const RETRY = 4_000;
const LATER = 1_000;
let client: Client;
let lessons = new Map<string, Map<string, Cell>>();
let asked = new Map<string, number>();
let onTheirWay = 0;
/** What was told while answers were on their way, which may be older. */
let told: Noted[] = [];
let problem: CombinedError | undefined;
let version = 0;
const listeners = new Set<() => void>();

/** Begins with nothing, as another session does. */
export function openBooks(with_: Client): void {
  client = with_;
  lessons = new Map();
  asked = new Map();
  told = [];
}

function changed(): void {
  version += 1;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The parts of a journal, of some lessons each; those of a day stay together. */
export function partsOf(all: readonly { id: string; date: string }[]): Part[] {
  const parts: Part[] = [];
  let of: { id: string; date: string }[] = [];
  for (const [place, lesson] of all.entries()) {
    of.push(lesson);
    const next = all[place + 1];
    if (next && (of.length < LESSONS || next.date === lesson.date)) continue;
    parts.push({ from: of[0]!.date, to: lesson.date, lessons: of.map(({ id }) => id) });
    of = [];
  }
  return parts;
}

function fill(part: Part, data: JournalPartQuery): void {
  const found = new Map(part.lessons.map((lesson) => [lesson, new Map<string, Cell>()]));
  for (const { student, grades, attendance } of data.course?.journal?.rows ?? []) {
    if (!student) continue;
    for (const [lesson, of] of Map.groupBy(grades, (one) => one.lesson.id)) found.get(lesson)?.set(student.id, { grades: of });
    for (const one of attendance) {
      const cells = found.get(one.lesson.id);
      cells?.set(student.id, { grades: cells.get(student.id)?.grades ?? [], attendance: one });
    }
  }
  for (const [lesson, cells] of found) lessons.set(lesson, cells);
  for (const one of told) put(one);
  changed();
}

async function ask(course: string, part: Part, epoch: number): Promise<void> {
  const name = `${course} ${part.from} ${part.to}`;
  if (asked.get(name) === epoch) return;
  const first = !asked.has(name);
  asked.set(name, epoch);
  const begun = asked;
  const kept = first ? keptPart<JournalPartQuery>(name) : undefined;
  onTheirWay += 1;
  const answered = client.query(JournalPartDocument, { course, from: part.from, to: part.to }, { requestPolicy: "network-only" }).toPromise();
  const before = await Promise.race([kept, answered.then(() => undefined)]);
  if (before && asked === begun) fill(part, before);
  const { data, error } = await answered;
  if (asked !== begun) return; // of another session
  onTheirWay -= 1;
  if (data?.course?.journal) {
    fill(part, data);
    setTimeout(() => asked === begun && void keepPart(name, data), LATER);
  } else if (asked.get(name) === epoch) {
    setTimeout(() => {
      if (asked === begun && asked.get(name) === epoch) asked.delete(name);
      changed();
    }, RETRY);
  }
  problem = data ? undefined : error;
  if (onTheirWay === 0) told = [];
  changed();
}

/** Of a record that is newer than what stands in its cell. */
function put(one: Noted): void {
  const cells = one.student && one.lesson && lessons.get(one.lesson.id);
  if (!cells) return;
  const student = one.student!.id;
  const cell = cells.get(student) ?? EMPTY;
  if (one.__typename === "Attendance") {
    if ((cell.attendance?.version ?? 0) > one.version) return;
    cells.set(student, { ...cell, attendance: one as unknown as DiaryAttendanceFragment });
    return;
  }
  const grade = one as unknown as DiaryGradeFragment;
  const place = cell.grades.findIndex(({ id }) => id === grade.id);
  if (place >= 0 && cell.grades[place]!.version > grade.version) return;
  cells.set(student, { ...cell, grades: place < 0 ? [...cell.grades, grade] : cell.grades.with(place, grade) });
}

/** Of what a mutation answers or the feed tells: the marks and the attendance in it. */
export function noteChanges(data: object | null | undefined): void {
  const records = Object.values(data ?? {})
    .flatMap((payload: object | null) => Object.values(payload ?? {}))
    .flat()
    .filter((one): one is Noted => ["Grade", "Attendance"].includes((one as Noted | null)?.__typename ?? ""));
  if (records.length === 0) return;
  if (onTheirWay > 0) told.push(...records);
  records.forEach(put);
  changed();
}

/** What stands in the cells of a journal, of which the parts in view are asked for; undefined where
 * it is not known yet. */
export function useBook(course: string, wanted: readonly Part[]) {
  const epoch = useEpoch();
  const now = useSyncExternalStore(subscribe, () => version);
  useEffect(() => {
    for (const part of wanted) void ask(course, part, epoch);
  }, [course, wanted, epoch, now]);
  const at = useCallback(
    (student: string, lesson: string): Cell | undefined => {
      const cells = lessons.get(lesson);
      return cells && (cells.get(student) ?? EMPTY);
    },
    [now],
  );
  const areThere = wanted.every((part) => part.lessons.every((lesson) => lessons.has(lesson)));
  return { at, areThere, problem };
}
