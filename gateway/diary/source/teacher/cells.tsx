/** A cell with marks, attendance and what is still to be sent. */
import type { Entry } from "../outbox";
import { t, word } from "../texts";
import type { Reading } from "../ui/grid";
import { AttendanceMark, Mark, type Scale, withoutSigns } from "../ui/mark";
import type { DiaryAttendanceFragment, DiaryGradeFragment } from "../generated/graphql";

interface Shown {
  grades: readonly DiaryGradeFragment[];
  attendance?: DiaryAttendanceFragment | null;
  waiting: readonly Entry[];
  scale?: Scale | null;
}

export const standingOf = (grades: readonly DiaryGradeFragment[]) =>
  grades.filter(({ state }) => state !== "WITHDRAWN");

export function cellOf({ grades, attendance, waiting, scale }: Shown) {
  const shown = standingOf(grades);
  const [pending] = waiting;
  const refused = pending?.refused;
  const words = [
    attendance && attendance.kind !== "PRESENT" ? `${attendance.token} ${word("attendance", attendance.kind)}` : "",
    ...shown.map(({ value, workType, comment }) => `${value ?? `• ${t("owed")}`} ${workType.name}${comment ? ` ${comment}` : ""}`),
    pending ? `${pending.shows || t("taken_back")}, ${refused ? t("refused") : t("to_be_sent")}` : "",
  ].filter(Boolean);
  return {
    said: words.join(", "),
    className: pending ? (refused ? "refused" : "unsent") : "",
    content: pending ? (
      <span>{pending.shows || "—"}</span>
    ) : (
      <>
        {attendance && <AttendanceMark one={attendance} />}
        {shown.map((grade) => <Mark key={grade.id} grade={grade} scale={scale} />)}
      </>
    ),
  };
}

const MOST_BUTTONS = 16;

/** What may be entered by a click. */
export const paletteOf = (marks: readonly string[], tokens: readonly { token: string }[]): string[] =>
  [...withoutSigns(marks), ...tokens.map(({ token }) => token)].slice(0, MOST_BUTTONS);

/** How what is typed is read as a mark or, where there are such, as an attendance token. */
export function reading(text: string, marks: readonly string[], tokens: readonly string[] = []): Reading {
  const typed = text.toLocaleLowerCase();
  const known = [...marks, ...tokens].map((one) => one.toLocaleLowerCase());
  if (known.some((one) => one !== typed && one.startsWith(typed))) return "part";
  return known.includes(typed) ? "whole" : "none";
}
