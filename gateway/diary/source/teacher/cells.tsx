/** A cell with marks, attendance and what is still to be sent. */
import { useMemo } from "react";
import type { Entry } from "../outbox";
import { language, number, t, word } from "../texts";
import type { Drawn, PaletteEntry, Reading } from "../ui/grid";
import { AttendanceMark, Mark, type Scale, withoutSigns } from "../ui/mark";
import type { DiaryAttendanceFragment, DiaryGradeFragment } from "../generated/graphql";

/** What the gateway has of a cell. */
export interface Written {
  grades: readonly DiaryGradeFragment[];
  attendance?: DiaryAttendanceFragment | null;
}

export interface Shown extends Written {
  /** The last that was entered here and is not there yet. */
  waiting?: Entry;
  scale?: Scale | null;
}

/** How many marks a cell of a journal has room for. */
const MOST_MARKS = 3;

export const standingOf = (grades: readonly DiaryGradeFragment[]) =>
  grades.filter(({ state }) => state !== "WITHDRAWN");

/** Whether two look alike, so that a cell need not be drawn again. */
export function isSame(one: Shown, other: Shown): boolean {
  return (
    one.attendance === other.attendance &&
    one.waiting === other.waiting &&
    one.scale === other.scale &&
    one.grades.length === other.grades.length &&
    one.grades.every((grade, place) => grade === other.grades[place])
  );
}

/** What draws cells, in the language that is spoken now. */
export const useDrawing = () => useMemo(() => (shown: Shown) => drawn(shown), [language()]);

function drawn({ grades, attendance, waiting, scale }: Shown): Drawn {
  const shown = standingOf(grades);
  const refused = waiting?.refused;
  const words = [
    attendance && attendance.kind !== "PRESENT" ? `${attendance.token} ${word("attendance", attendance.kind)}` : "",
    ...shown.map(({ value, workType, comment }) => `${value ?? `• ${t("owed")}`} ${workType.name}${comment ? ` ${comment}` : ""}`),
    waiting ? `${waiting.shows || t("taken_back")}, ${refused ? t("refused") : t("to_be_sent")}` : "",
  ].filter(Boolean);
  const room = shown.length > MOST_MARKS ? MOST_MARKS - 1 : MOST_MARKS;
  const more = shown.slice(room);
  return {
    said: words.join(", "),
    className: waiting ? (refused ? "refused" : "unsent") : "",
    content: waiting ? (
      <span>{waiting.shows || "—"}</span>
    ) : (
      <>
        {attendance && <AttendanceMark one={attendance} />}
        {shown.slice(0, room).map((grade) => <Mark key={grade.id} grade={grade} scale={scale} silent />)}
        {more.length > 0 && <small title={more.map(({ value }) => value ?? "•").join(" ")}>+{number(String(more.length))}</small>}
      </>
    ),
  };
}

const MOST_BUTTONS = 16;

/** What may be entered by a click: marks, and tokens with what they stand for. */
export const paletteOf = (marks: readonly string[], tokens: readonly { token: string; name: string }[]): PaletteEntry[] =>
  [...withoutSigns(marks).map((text) => ({ text })), ...tokens.map(({ token, name }) => ({ text: token, name }))].slice(0, MOST_BUTTONS);

/** What the keys do, and what the tokens of the school stand for. */
export function GridHelp({ tokens }: { tokens: readonly { token: string; name: string }[] }) {
  return (
    <p className="help no-print">
      {t("grid_help")} {tokens.map(({ token, name }) => <span key={token}><b>{token}</b> {name.toLocaleLowerCase()} </span>)}
    </p>
  );
}

/** How what is typed is read as a mark or, where there are such, as an attendance token. */
export function reading(text: string, marks: readonly string[], tokens: readonly string[] = []): Reading {
  const typed = text.toLocaleLowerCase();
  const known = [...marks, ...tokens].map((one) => one.toLocaleLowerCase());
  if (known.some((one) => one !== typed && one.startsWith(typed))) return "part";
  return known.includes(typed) ? "whole" : "none";
}
