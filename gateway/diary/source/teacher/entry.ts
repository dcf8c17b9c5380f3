/** Marks and attendance as they are typed: given, revised, taken back, and undone. */
import { useRef } from "react";
import { type Entry, drop, dropRefused, enter, entryOf, isUnsent, lastAt, newKey, putBack, setAside } from "../outbox";
import { t } from "../texts";

export interface Standing {
  id: string;
  value: string | null;
  version: number;
}

export interface Place {
  student: string;
  lesson: string;
  workType: string;
}

interface StandingAttendance {
  id: string;
  version: number;
  token: string;
  kind: string;
}

interface Token {
  token: string;
  kind: string;
}

type Undo = () => void;

export const markPlace = ({ student, lesson, workType }: Place, column = ""): string =>
  `mark:${student}:${lesson}:${workType}${column}`;
export const attendancePlace = (student: string, lesson: string): string => `there:${student}:${lesson}`;

/** The last entry that waits at each place of a grid, whatever its work type. */
export function waitingAt(entries: readonly Entry[]): (student: string, lesson: string) => Entry | undefined {
  const found = new Map<string, Entry>();
  for (const entry of entries) {
    const [kind, student, lesson] = entry.of.split(":");
    if (kind === "mark" || kind === "there") found.set(`${student}:${lesson}`, entry);
  }
  return (student, lesson) => found.get(`${student}:${lesson}`);
}

/** The school's token that what was typed begins, in either case. */
export function tokenOf<T extends Token>(text: string, tokens: readonly T[]): T | undefined {
  const typed = text.toLocaleLowerCase();
  const by = (test: (token: string) => boolean) => tokens.find(({ token }) => test(token.toLocaleLowerCase()));
  return by((token) => token === typed) ?? by((token) => token.startsWith(typed));
}

/** What undoes an entry, but for which version of which record. */
interface Inverse {
  operation: string;
  input: Record<string, unknown>;
  shows: string;
}

/** The newest version of each mark that was written here. */
const versions = new Map<string, number>();

const withdrawal = (): Inverse => ({ operation: "WithdrawGrade", input: { reason: t("reason_withdrawn") }, shows: "" });
const restoration = (shows: string): Inverse => ({ operation: "RestoreGrade", input: { reason: t("reason_restored") }, shows });
const revision = (value: string): Inverse => ({ operation: "ReviseGrade", input: { reason: t("reason_corrected"), value }, shows: value });

async function enterMark({ operation, input, shows }: Inverse, of: string, { key = newKey(), after }: { key?: string; after?: string } = {}): Promise<Standing | null> {
  const payload = await enter(operation, input, of, shows, { key, after, stays: true });
  const grade = payload?.errors.length === 0 ? ((payload.grade as Standing | null) ?? null) : null;
  if (grade) versions.set(grade.id, grade.version);
  return grade;
}

/** After what still waits at the place, or else of the version that is known. */
function enterAt(of: string, change: Inverse, standing: Standing, key?: string): Promise<Standing | null> {
  const last = lastAt(of);
  if (last) return enterMark(change, of, { key, after: last.key });
  return enterMark({ ...change, input: { ...change.input, id: standing.id, expectedVersion: standing.version } }, of, { key });
}

export function useEntry() {
  const undos = useRef<Undo[]>([]);

  /** Undoes what is entered with a key, which took the place of what had not been sent. */
  function undoable(key: string, of: string, answered: Promise<Standing | null>, inverse: Inverse | null, replaced: Entry | undefined): void {
    let made: Standing | null = null;
    void answered.then((found) => (made = found));
    undos.current.push(() => {
      const entry = entryOf(key);
      if (entry && isUnsent(entry)) {
        setAside(entry);
        if (replaced && (!replaced.after || entryOf(replaced.after))) putBack(replaced);
      } else if (entry?.refused) drop(key);
      else if (inverse && entry) void enterMark(inverse, of, { after: lastAt(of)!.key });
      else if (inverse && made) void enterAt(of, inverse, { ...made, version: versions.get(made.id) ?? made.version });
    });
  }

  /** Takes what was not sent at a place out of the way of what is entered there instead. */
  function clear(of: string): Entry | undefined {
    dropRefused(of);
    const last = lastAt(of);
    if (!last || !isUnsent(last)) return undefined;
    setAside(last);
    return last;
  }

  const unchanged = (replaced: Entry | undefined) => void (replaced && undos.current.push(() => putBack(replaced)));

  function mark(place: Place, standing: Standing | undefined, text: string, column = ""): void {
    const of = markPlace(place, column);
    const replaced = clear(of);
    const first = lastAt(of);
    const before = first ? first.shows : (standing?.value ?? "");
    const isThere = first ? before !== "" : standing !== undefined;
    if (isThere ? text === before && text !== "" : !text) return unchanged(replaced);
    const key = newKey();
    if (!first && !standing) {
      const given = enterMark({ operation: "GiveGrade", input: { ...place, value: text }, shows: text }, of, { key });
      return undoable(key, of, given, withdrawal(), replaced);
    }
    const answered = enterAt(of, text === "" ? withdrawal() : revision(text), standing ?? { id: "", value: null, version: 0 }, key);
    const inverse = text === "" ? restoration(before) : isThere ? (before ? revision(before) : null) : withdrawal();
    return undoable(key, of, answered, inverse, replaced);
  }

  /** What is entered over another's is a correction of that; over one's own, what is taken last. */
  function there(student: string, lesson: string, token: string | null, stands: StandingAttendance | null | undefined): void {
    const of = attendancePlace(student, lesson);
    const replaced = clear(of);
    const last = lastAt(of);
    const before = last?.shows ?? (stands && stands.kind !== "PRESENT" ? stands.token : "");
    if ((token ?? "") === before) return unchanged(replaced);
    const named = (one: string) => (one ? { token: one } : { kind: "PRESENT" });
    const taken = (one: string) => ({ lesson, rows: [{ student, ...named(one) }], reason: t("reason_corrected") });
    const key = newKey();
    if (last || !stands) void enter("TakeAttendance", taken(token ?? ""), of, token ?? "", { key, stays: true });
    else {
      const input = { id: stands.id, expectedVersion: stands.version, ...named(token ?? ""), reason: t("reason_corrected") };
      void enter("CorrectAttendance", input, of, token ?? "", { key, stays: true });
    }
    undos.current.push(() => {
      const entry = entryOf(key);
      if (entry && isUnsent(entry)) {
        setAside(entry);
        if (replaced) putBack(replaced);
      } else if (entry?.refused) drop(key);
      else void enter("TakeAttendance", taken(before), of, before, { stays: true });
    });
  }

  return { mark, there, undo: () => undos.current.pop()?.() };
}
