/** What the school says of itself: its name, its days of lessons, and how its grades are rounded. */
import { useData } from "../../epoch";
import { ChangeSchoolDocument, type SchoolRulesQuery, SchoolRulesDocument } from "../../generated/graphql";
import { number, t } from "../../texts";
import { choices, s, weekDayName } from "../../texts/setup";
import { Problem, Waiting } from "../../ui/notices";
import { Act, Choice, Field, textIn } from "../../ui/steps";
import { Cell, Head, type PartProps, Rows, Ticks, rowsIn, ticksIn, weekDays } from "./parts";

type Rules = NonNullable<SchoolRulesQuery["school"]>;

export function OwnRules({ school }: PartProps) {
  const { data, error, waiting } = useData(SchoolRulesDocument, { school: school.id });
  if (waiting) return <Waiting />;
  const found = data?.school;
  if (!found) return <Problem error={error} />;
  const { weekDays: days, weekCount, gradeScale, rounding } = found;
  return (
    <>
      <Head title={s("own_rules")} school={school} />
      <dl>
        <div><dt>{s("name")}</dt><dd>{found.name}</dd></div>
        <div><dt>{s("time_zone")}</dt><dd>{found.timeZone}</dd></div>
        <div><dt>{s("week_days")}</dt><dd>{days.map((one) => weekDayName(one)).join(", ")}</dd></div>
        <div><dt>{s("week_count")}</dt><dd>{s(`weeks_${weekCount}`)}</dd></div>
        <div><dt>{s("school_scale")}</dt><dd>{gradeScale?.name ?? s("five_point")}</dd></div>
        <div><dt>{s("rounding_part")}</dt><dd>{[number(rounding.threshold), ...rounding.marks.map(({ mark, threshold }) => `${mark}: ${number(threshold)}`)].join("; ")}</dd></div>
      </dl>
      {found.viewerMay.includes("changeSchool") && (
        <Act key={found.version} document={ChangeSchoolDocument} name={t("change_it")} of={found.name} input={(fields) => given(school.id, fields)}>
          <RuleFields one={found} />
        </Act>
      )}
    </>
  );
}

function RuleFields({ one }: { one: Rules }) {
  const { marks } = one.rounding;
  const scales = one.gradeScales.filter(({ active }) => active).map(({ id, name }) => [id, name] as const);
  return (
    <>
      <Field name="name" label={s("name")} value={one.name} required maxLength={200} />
      <Field name="timeZone" label={s("zone")} value={one.timeZone} required />
      <Field name="language" label={s("names_language")} value={one.language} required />
      <Ticks legend={s("week_days")} name="weekDays" among={weekDays()} on={one.weekDays} />
      <Choice name="weekCount" label={s("week_count")} among={choices("weeks", ["EVERY_WEEK", "WEEKS_OF_LESSONS", "ANEW"])} value={one.weekCount} />
      <Choice name="gradeScale" label={s("school_scale")} among={scales} value={one.gradeScale?.id} none={s("five_point")} />
      <Field name="rounding.threshold" label={s("threshold")} value={one.rounding.threshold} required />
      <Rows
        legend={s("thresholds_of_marks")}
        name="rounding.marks"
        begin={marks.length}
        called={(number) => s("mark_number", { number })}
        row={(at, index) => (
          <>
            <Cell><Field name={`${at}.mark`} label={t("mark")} value={marks[index]?.mark} required maxLength={20} /></Cell>
            <Cell><Field name={`${at}.threshold`} label={s("mark_threshold")} value={marks[index]?.threshold} required /></Cell>
          </>
        )}
      />
    </>
  );
}

const given = (school: string, fields: FormData) => ({
  school,
  name: textIn(fields, "name"),
  timeZone: textIn(fields, "timeZone"),
  language: textIn(fields, "language"),
  weekDays: ticksIn(fields, "weekDays"),
  weekCount: fields.get("weekCount"),
  gradeScale: textIn(fields, "gradeScale"),
  rounding: {
    threshold: textIn(fields, "rounding.threshold"),
    marks: rowsIn(fields, "rounding.marks", (text) => ({ mark: text("mark"), threshold: text("threshold") })),
  },
});
