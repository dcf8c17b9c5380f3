/** Marks and attendance as they are typed: given, revised, taken back, and undone. */
import { useRef } from "react";
import { type Entry, type Payload, arrived, drop, enter, newKey, waitingOf } from "../outbox";
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

const gradeOf = (payload: Payload | null): Standing | null =>
  payload && payload.errors.length === 0 ? ((payload.grade as Standing | null) ?? null) : null;

export function useEntry() {
  const undos = useRef<Undo[]>([]);

  function undoable(key: string, answered: Promise<Payload | null>, of: string, back: (payload: Payload) => void): void {
    let payload: Payload | null | undefined;
    void answered.then((found) => (payload = found));
    undos.current.push(() => {
      if (payload === undefined && waitingOf(of)?.key === key) return drop(key);
      return void answered.then((found) => found && found.errors.length === 0 && back(found));
    });
  }

  async function mark(place: Place, standing: Standing | undefined, text: string, column = ""): Promise<void> {
    const of = markPlace(place, column);
    await arrived(of);
    const waits = waitingOf(of);
    if (waits) drop(waits.key);
    const key = newKey();
    if (!standing) {
      if (!text) return;
      const input = { ...place, value: text };
      const answered = enter("GiveGrade", input, of, text, key);
      undoable(key, answered, of, (payload) => take(gradeOf(payload), of));
    } else if (text === "") {
      const input = { id: standing.id, expectedVersion: standing.version, reason: t("reason_withdrawn") };
      const answered = enter("WithdrawGrade", input, of, "", key);
      undoable(key, answered, of, (payload) => restore(gradeOf(payload), of));
    } else if (text !== standing.value) {
      const answered = revise(standing, text, of, key);
      undoable(key, answered, of, (payload) => {
        const now = gradeOf(payload);
        if (now && standing.value !== null) void revise(now, standing.value, of, newKey());
      });
    }
  }

  function there(student: string, lesson: string, token: string | null, before: string | null): void {
    const of = attendancePlace(student, lesson);
    const key = newKey();
    const row = (one: string | null) => [{ student, ...(one === null ? { kind: "PRESENT" } : { token: one }) }];
    const asked = (one: string | null) => ({ lesson, rows: row(one), reason: t("reason_corrected") });
    const answered = enter("TakeAttendance", asked(token), of, token ?? "", key);
    undoable(key, answered, of, () => void enter("TakeAttendance", asked(before), of, before ?? ""));
  }

  return { mark, there, undo: () => undos.current.pop()?.() };
}

function take(grade: Standing | null, of: string): void {
  if (!grade) return;
  const input = { id: grade.id, expectedVersion: grade.version, reason: t("reason_withdrawn") };
  void enter("WithdrawGrade", input, of, "");
}

function restore(grade: Standing | null, of: string): void {
  if (!grade) return;
  const input = { id: grade.id, expectedVersion: grade.version, reason: t("reason_restored") };
  void enter("RestoreGrade", input, of, grade.value ?? "");
}

function revise(standing: Standing, value: string, of: string, key: string): Promise<Payload | null> {
  const input = { id: standing.id, expectedVersion: standing.version, value, reason: t("reason_corrected") };
  return enter("ReviseGrade", input, of, value, key);
}
