/** Rules by which grades are made of marks: of the school, of grade levels, or of one course. */
import {
  ChangeGradingRuleDocument,
  CreateGradingRulesDocument,
  GradingOfSchoolDocument,
  PutAwayGradingRuleDocument,
  type RuleInSetupFragment,
} from "../../generated/graphql";
import { s, said } from "../../texts/setup";
import { Field, textIn } from "../../ui/steps";
import { Create, Listing } from "./parts";
import { LevelsField, RuleFields, levelsIn, termsIn } from "./rule-fields";

interface Props {
  school: string;
  all: readonly RuleInSetupFragment[];
  mayCreate: boolean;
  /** The course whose rules these are; else they are all of the school's. */
  course?: string;
}

export function Rules({ school, all, mayCreate, course }: Props) {
  const theirs = (rules: readonly RuleInSetupFragment[]) => (course ? rules.filter((one) => one.course?.id === course) : rules);
  return (
    <>
      <Listing
        all={theirs(all)}
        gone={{ of: s("rules"), document: GradingOfSchoolDocument, school, all: (data) => data.school && theirs(data.school.gradingRules) }}
        named={({ name }) => name}
        told={(one) => [said("method", one.definition.method), !course && toldOf(one)].filter(Boolean).join(", ")}
        change={{
          document: ChangeGradingRuleDocument,
          may: "changeGradingRule",
          fields: (one) => (
            <>
              <Field name="name" label={s("name")} value={one.name} required maxLength={200} />
              {!one.course && <LevelsField of={one.gradeLevels} />}
              <RuleFields of={one.definition} />
            </>
          ),
          given: (fields, one) => ({ name: textIn(fields, "name"), definition: termsIn(fields), ...(one.course ? {} : { gradeLevels: levelsIn(fields) }) }),
        }}
        away={{ document: PutAwayGradingRuleDocument, may: "putAwayGradingRule" }}
        again={({ name }) => ({ name })}
        none={course && <p>{s("by_school_s_rules")}</p>}
      />
      {mayCreate && (
        <Create
          name={course ? s("new_course_rule") : s("new_rule")}
          document={CreateGradingRulesDocument}
          input={(fields) => ({ school, gradingRules: [{ name: textIn(fields, "name"), definition: termsIn(fields), ...(course ? { course } : { gradeLevels: levelsIn(fields) }) }] })}
        >
          <Field name="name" label={s("name")} required maxLength={200} />
          {!course && <LevelsField />}
          <RuleFields />
        </Create>
      )}
    </>
  );
}

const toldOf = ({ course, gradeLevels }: RuleInSetupFragment) =>
  course?.title ?? (gradeLevels.length > 0 ? s("of_levels", { levels: gradeLevels.join(", ") }) : s("for_whole_school"));
