/** The scales in which marks are given, and the rules by which grades are made of them. */
import { useState } from "react";
import { useData } from "../../epoch";
import {
  ChangeGradeScaleDocument,
  CreateGradeScalesDocument,
  GradingOfSchoolDocument,
  PutAwayGradeScaleDocument,
  type ScaleInSetupFragment,
} from "../../generated/graphql";
import type { AnyMutation } from "../../outbox";
import { number, t } from "../../texts";
import { choices, s } from "../../texts/setup";
import { Problem, Waiting } from "../../ui/notices";
import { Choice, Field, Step, textIn } from "../../ui/steps";
import { Cell, Create, Head, Listing, type PartProps, Rows, rowsIn } from "./parts";
import { Rules } from "./rules";

const USUAL_MARKS = 4;

export function Grading({ school }: PartProps) {
  const { data, error, waiting } = useData(GradingOfSchoolDocument, { school: school.id });
  if (waiting) return <Waiting />;
  const found = data?.school;
  if (!found) return <Problem error={error} />;
  return (
    <>
      <Head title={s("grading")} school={school} />
      <h2>{s("scales")}</h2>
      <Listing
        all={found.gradeScales}
        gone={{ of: s("scales"), document: GradingOfSchoolDocument, school: school.id, all: (data) => data.school?.gradeScales }}
        named={({ name }) => name}
        told={toldScale}
        change={{
          document: ChangeGradeScaleDocument,
          may: "changeGradeScale",
          name: s("rename"),
          fields: ({ name }) => <Field name="name" label={s("name")} value={name} required maxLength={200} />,
          given: (fields) => ({ name: textIn(fields, "name") }),
        }}
        more={(one) => one.viewerMay.includes("changeGradeScale") && (
          <Step
            record={one}
            document={ChangeGradeScaleDocument as AnyMutation}
            name={one.kind === "MARKS" ? s("change_marks") : s("change_points")}
            of={one.name}
            input={(fields) => ({ to: { name: one.name, ...(one.kind === "MARKS" ? marksIn(fields) : pointsIn(fields, one.best)) } })}
          >
            {one.kind === "MARKS" ? <MarkFields one={one} /> : <PointFields one={one} />}
            <p className="help">{s("change_scale_help")}</p>
          </Step>
        )}
        away={{ document: PutAwayGradeScaleDocument, may: "putAwayGradeScale" }}
        again={({ name }) => ({ name })}
      />
      {found.viewerMay.includes("createGradeScales") && (
        <Create name={s("new_scale")} document={CreateGradeScalesDocument} input={(fields) => ({ school: school.id, gradeScales: [scaleIn(fields)] })}>
          <ScaleFields />
        </Create>
      )}
      <h2>{s("rules")}</h2>
      <Rules school={school.id} all={found.gradingRules} mayCreate={found.viewerMay.includes("createGradingRules")} />
      <p className="help">{s("rule_of_course_help")}</p>
    </>
  );
}

const toldScale = ({ kind, wholeMarks, minimum, maximum }: ScaleInSetupFragment) =>
  kind === "MARKS" ? wholeMarks.map(({ mark }) => mark).join(", ") : s("range_is", { from: number(minimum), to: number(maximum) });

function ScaleFields() {
  const [kind, setKind] = useState("MARKS");
  return (
    <>
      <Field name="name" label={s("name")} required maxLength={200} />
      <label htmlFor="kind">{s("scale_of")}</label>
      <select id="kind" name="kind" value={kind} onChange={({ target }) => setKind(target.value)}>
        {choices("scale", ["MARKS", "POINTS"]).map(([one, text]) => <option key={one} value={one}>{text}</option>)}
      </select>
      {kind === "MARKS" ? <MarkFields /> : <PointFields />}
    </>
  );
}

function MarkFields({ one }: { one?: ScaleInSetupFragment }) {
  const marks = one?.wholeMarks ?? [];
  return (
    <>
      <Choice name="best" label={s("best_end")} among={choices("best", ["HIGHEST", "LOWEST"])} value={one?.best} />
      <Rows
        legend={s("marks_best_first")}
        name="marks"
        begin={one ? marks.length : USUAL_MARKS}
        called={(line) => s("mark_number", { number: line })}
        row={(at, index) => (
          <>
            <Cell><Field name={`${at}.mark`} label={t("mark")} value={marks[index]?.mark} required maxLength={20} /></Cell>
            <Cell><Field name={`${at}.number`} label={s("worth")} value={marks[index]?.number} /></Cell>
            <Cell><Field name={`${at}.share`} label={s("share_percent")} value={marks[index]?.share} /></Cell>
            <Cell><Choice name={`${at}.passing`} label={s("passing")} among={[["yes", s("passes")], ["no", s("fails")]]} value={marks[index]?.passing === false ? "no" : "yes"} /></Cell>
          </>
        )}
      />
    </>
  );
}

function PointFields({ one }: { one?: ScaleInSetupFragment }) {
  return (
    <>
      <Field name="points.maximum" label={s("most_points")} value={one?.maximum ?? "100"} required />
      <Field name="points.minimum" label={s("least_points")} value={one?.minimum ?? "0"} required />
      <Field name="points.step" label={s("point_step")} value={one?.step ?? "1"} required />
      <Field name="points.passingFrom" label={s("passing_from")} value={one?.passingFrom} />
      <Choice name="points.extraCredit" label={s("extra_credit")} among={choices("extra", ["REFUSED", "CAPPED", "COUNTED"])} value={one?.extraCredit} />
      <Choice name="points.shares" label={s("points_as_share")} among={[["yes", s("yes")], ["no", s("no")]]} value={one && (one.converts ? "yes" : "no")} />
    </>
  );
}

const marksIn = (fields: FormData) => ({
  best: fields.get("best"),
  marks: rowsIn(fields, "marks", (text) => ({ mark: text("mark"), number: text("number"), share: text("share"), passing: text("passing") === "yes" })),
});

/** What the form says of points; which end is the better it does not ask for. */
function pointsIn(fields: FormData, best: ScaleInSetupFragment["best"] = "HIGHEST") {
  const point = (of: string) => textIn(fields, `points.${of}`);
  return {
    best,
    points: {
      maximum: point("maximum"),
      minimum: point("minimum"),
      step: point("step"),
      passingFrom: point("passingFrom"),
      extraCredit: point("extraCredit"),
      shares: point("shares") === "yes",
    },
  };
}

const scaleIn = (fields: FormData) => ({ name: textIn(fields, "name"), ...(fields.get("kind") === "MARKS" ? marksIn(fields) : pointsIn(fields)) });
