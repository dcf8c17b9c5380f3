/** What a rule of grading says, in a form. */
import type { ReactNode } from "react";
import type { RuleInSetupFragment } from "../../generated/graphql";
import { t } from "../../texts";
import { choices, s } from "../../texts/setup";
import { Choice, Field, Tick, numberIn, textIn } from "../../ui/steps";
import { WORK } from "./lists";
import { Cell, Rows, Ticks, rowsIn, ticksIn } from "./parts";

type Terms = RuleInSetupFragment["definition"];
const PERIODS = ["QUARTER", "TRIMESTER", "HALF_YEAR", "SEMESTER", "MODULE", "YEAR", "OTHER"] as const;
const work = () => choices("work", WORK);

export const LevelsField = ({ of }: { of?: readonly string[] }) => <Field name="gradeLevels" label={s("for_levels")} value={of?.join(", ")} />;
export const levelsIn = (fields: FormData): string[] => listIn(fields, "gradeLevels");

const listIn = (fields: FormData, name: string): string[] =>
  (textIn(fields, name) ?? "").split(",").map((one) => one.trim()).filter(Boolean);

/** A part of the form that is opened when it is needed; what it says is sent all the same. */
function Part({ name, children }: { name: string; children: ReactNode }) {
  return (
    <details>
      <summary>{name}</summary>
      <fieldset aria-label={name}>{children}</fieldset>
    </details>
  );
}

export function RuleFields({ of }: { of?: Terms }) {
  return (
    <>
      <Choice name="method" label={s("method")} among={choices("method", ["WEIGHTED", "CATEGORIES", "POINTS"])} value={of?.method} />
      <KindRows name="categories" legend={s("category_shares")} rows={of?.categories} fields={[["share", s("share")]]} />
      <Tick name="signs" label={s("signs_count")} on={of?.signs ?? true} />
      <Part name={s("rounding_part")}>
        <Field name="rounding.threshold" label={s("own_rounding")} value={of?.rounding?.threshold} />
        <MarkRows name="rounding.marks" legend={s("thresholds_of_marks")} rows={of?.rounding?.marks} field={["threshold", s("mark_threshold")]} />
        <MarkRows name="thresholds" legend={s("percent_marks")} rows={of?.thresholds} field={["percent", s("percent")]} />
      </Part>
      <Part name={s("needed_part")}>
        <Field name="minimumMarks" label={s("minimum_marks")} value={of?.minimumMarks ?? 0} type="number" min={0} />
        <Field name="marksPerWeeklyLesson" label={s("marks_per_lesson")} value={of?.marksPerWeeklyLesson ?? "0"} />
        <Ticks legend={s("required_kinds")} name="required" among={work()} on={of?.required} />
        <Ticks legend={s("must_pass")} name="mustPass" among={work()} on={of?.mustPass} />
        <Field name="absenceShare" label={s("absence_share")} value={of?.absenceShare} />
        <Choice name="absences" label={s("which_absences")} among={choices("absences", ["UNEXCUSED", "ALL"])} value={of?.absences} />
      </Part>
      <Part name={s("late_part")}>
        <Choice name="overdue" label={s("overdue")} among={choices("overdue", ["IGNORED", "AS_MARK", "NOT_ATTESTED"])} value={of?.overdue} />
        <Field name="overdueMark" label={s("overdue_mark")} value={of?.overdueMark} maxLength={20} />
        <Field name="latePercent" label={s("late_percent")} value={of?.latePercent ?? "0"} />
        <Field name="lateMost" label={s("late_most")} value={of?.lateMost ?? "100"} />
        <KindRows name="drops" legend={s("drops")} rows={of?.drops} fields={[["worst", s("drop_worst")], ["best", s("drop_best")]]} />
      </Part>
      <Part name={s("year_part")}>
        <Choice name="year" label={s("year_made_of")} among={choices("year", ["PERIODS", "MARKS"])} value={of?.year} />
        <Choice name="periodKind" label={s("period_kind")} among={choices("kind", PERIODS)} value={of?.periodKind} none="—" />
        <Field name="periodWeights" label={s("period_weights")} value={of?.periodWeights.join(", ")} />
        <Choice name="exams" label={s("exams")} among={choices("exams", ["AS_OTHERS", "SHARE", "DECIDE"])} value={of?.exams} />
        <Field name="examShare" label={s("exam_share")} value={of?.examShare} />
        <MarkRows name="gpa" legend={s("gpa")} rows={of?.gpa} field={["points", s("points")]} />
        <Field name="credit" label={s("credit")} value={of?.credit ?? "1"} />
      </Part>
    </>
  );
}

interface KindRowsProps<Name extends string> {
  name: string;
  legend: string;
  rows?: readonly ({ kind: string } & Record<Name, string | number>)[];
  fields: readonly (readonly [Name, string])[];
}

/** Kinds of work, each with numbers. */
function KindRows<Name extends string>({ name, legend, rows = [], fields }: KindRowsProps<Name>) {
  return (
    <Rows
      legend={legend}
      name={name}
      begin={rows.length}
      called={(line) => s("line_number", { number: line })}
      row={(at, index) => (
        <>
          <Cell><Choice name={`${at}.kind`} label={s("what_it_is")} among={work()} value={rows[index]?.kind} /></Cell>
          {fields.map(([field, label]) => <Cell key={field}><Field name={`${at}.${field}`} label={label} value={rows[index]?.[field]} required /></Cell>)}
        </>
      )}
    />
  );
}

interface MarkRowsProps<Name extends string> {
  name: string;
  legend: string;
  rows?: readonly ({ mark: string } & Record<Name, string>)[];
  field: readonly [Name, string];
}

/** Marks, each with a number. */
function MarkRows<Name extends string>({ name, legend, rows = [], field: [field, label] }: MarkRowsProps<Name>) {
  return (
    <Rows
      legend={legend}
      name={name}
      begin={rows.length}
      called={(line) => s("mark_number", { number: line })}
      row={(at, index) => (
        <>
          <Cell><Field name={`${at}.mark`} label={t("mark")} value={rows[index]?.mark} required maxLength={20} /></Cell>
          <Cell><Field name={`${at}.${field}`} label={label} value={rows[index]?.[field]} required /></Cell>
        </>
      )}
    />
  );
}

/** What the rule says, all of it. */
export function termsIn(fields: FormData) {
  const threshold = textIn(fields, "rounding.threshold");
  const marks = rowsIn(fields, "rounding.marks", (text) => ({ mark: text("mark"), threshold: text("threshold") }));
  return {
    method: fields.get("method"),
    signs: fields.has("signs"),
    categories: rowsIn(fields, "categories", (text) => ({ kind: text("kind"), share: text("share") })),
    rounding: threshold === null ? null : { threshold, marks },
    thresholds: rowsIn(fields, "thresholds", (text) => ({ mark: text("mark"), percent: text("percent") })),
    minimumMarks: numberIn(fields, "minimumMarks") ?? 0,
    marksPerWeeklyLesson: textIn(fields, "marksPerWeeklyLesson") ?? "0",
    required: ticksIn(fields, "required"),
    mustPass: ticksIn(fields, "mustPass"),
    absenceShare: textIn(fields, "absenceShare"),
    absences: fields.get("absences"),
    overdue: fields.get("overdue"),
    overdueMark: textIn(fields, "overdueMark"),
    latePercent: textIn(fields, "latePercent") ?? "0",
    lateMost: textIn(fields, "lateMost") ?? "100",
    drops: rowsIn(fields, "drops", (text) => ({ kind: text("kind"), worst: Number(text("worst")), best: Number(text("best")) })),
    year: fields.get("year"),
    periodKind: textIn(fields, "periodKind"),
    periodWeights: listIn(fields, "periodWeights"),
    exams: fields.get("exams"),
    examShare: textIn(fields, "examShare"),
    gpa: rowsIn(fields, "gpa", (text) => ({ mark: text("mark"), points: text("points") })),
    credit: textIn(fields, "credit") ?? "1",
  };
}
