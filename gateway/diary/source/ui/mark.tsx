import { useFresh } from "../news";
import { day, t, word } from "../texts";

export interface Scale {
  wholeMarks: { mark: string; markClass: string }[];
}

/** What is meant where a school, a course or a lesson has no scale. */
export const FIVE_POINT = {
  marks: ["1", "2", "3", "4", "5"].flatMap((mark) => [`${mark}-`, mark, `${mark}+`]),
  wholeMarks: [["5", "EXCELLENT"], ["4", "GOOD"], ["3", "FAIR"], ["2", "FAILING"], ["1", "FAILING"]].map(([mark = "", markClass = ""]) => ({ mark, markClass })),
};

interface Shown {
  id: string;
  value: string | null;
  weight?: string;
  state: string;
  comment?: string | null;
  excused?: boolean;
  dueOn?: string | null;
  workType?: { name: string };
  gradeScale?: Scale | null;
}

/** The marks of a scale that have neither plus nor minus. */
export const withoutSigns = (marks: readonly string[]): string[] => marks.filter((mark) => !/[+-]$/.test(mark));

/** The class of a mark in its scale: 5- is of the class of 5. */
export function markClass(value: string | null, scale: Scale | null | undefined): string {
  const whole = (value ?? "").replace(/[+-]$/, "");
  return (scale ?? FIVE_POINT).wholeMarks.find(({ mark }) => mark === whole)?.markClass.toLowerCase() ?? "none";
}

interface MarkProps {
  grade: Shown;
  scale?: Scale | null;
  /** Whether what is around it says it to a screen reader. */
  silent?: boolean;
}

/** A mark in its colour, of the scale where all that is shown is in one, or else of its own. */
export function Mark({ grade, scale = grade.gradeScale, silent = false }: MarkProps) {
  const fresh = useFresh(grade.id);
  if (grade.state === "WITHDRAWN") return null;
  const due = grade.state === "DUE";
  const said = [
    grade.workType?.name,
    due && grade.dueOn ? t("mark_due", { date: day(grade.dueOn, { day: "numeric", month: "long" }) }) : "",
    grade.excused ? t("mark_excused") : "",
    grade.comment ?? "",
    fresh ? t("mark_new") : "",
  ].filter(Boolean);
  return (
    <span className={`mark ${markClass(grade.value, scale)}${fresh ? " fresh" : ""}`} title={said.join(" · ")} data-grade={grade.id}>
      {due ? "•" : grade.value}
      {!silent && <span className="unseen"> {said.join(", ")}</span>}
    </span>
  );
}

export function AttendanceMark({ one }: { one: { id: string; token: string; kind: string; minutes: number | null } }) {
  const fresh = useFresh(one.id);
  if (one.kind === "PRESENT") return null;
  const said = word("attendance", one.kind) + (one.minutes ? `, ${t("minutes", { count: one.minutes })}` : "");
  return (
    <span className={`attendance ${one.kind.toLowerCase()}${fresh ? " fresh" : ""}`} title={said}>
      <span aria-hidden="true">{one.token}</span>
      <span className="unseen">{said}</span>
    </span>
  );
}
