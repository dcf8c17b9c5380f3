/** What a teacher corrects of homework that is set: its text, or that it is set at all. */
import { ChangeHomeworkDocument, type LessonScreenQuery, WithdrawHomeworkDocument } from "../generated/graphql";
import { t } from "../texts";
import { Field, Step, type Versioned, numberIn, textIn } from "../ui/steps";

type Homework = NonNullable<LessonScreenQuery["lesson"]>["homework"][number];

export function HomeworkSteps({ one, onTakenBack }: { one: Homework; onTakenBack: (one: Versioned) => void }) {
  const of = one.text ?? t("taken_back_now");
  const may = (name: (typeof one.viewerMay)[number]) => one.viewerMay.includes(name);
  return (
    <>
      {!one.withdrawn && may("changeHomework") && (
        <Step
          record={one}
          document={ChangeHomeworkDocument}
          name={t("change_it")}
          of={of}
          input={(fields) => ({ text: textIn(fields, "text"), expectedMinutes: numberIn(fields, "minutes"), link: textIn(fields, "link") })}
        >
          <Field name="text" label={t("text")} value={one.text} rows={2} required maxLength={10000} />
          <HomeworkMore one={one} />
        </Step>
      )}
      {!one.withdrawn && may("withdrawHomework") && (
        <Step record={one} document={WithdrawHomeworkDocument} name={t("withdraw")} of={of} reason={t("reason_taken_back")} onDone={onTakenBack} />
      )}
    </>
  );
}

/** What homework may have besides its text. */
export function HomeworkMore({ one }: { one?: { expectedMinutes: number | null; link: string | null } }) {
  return (
    <>
      <Field name="minutes" label={t("expected_minutes")} value={one?.expectedMinutes} type="number" min={1} max={600} />
      <Field name="link" label={t("material_link")} value={one?.link} type="url" maxLength={2000} />
    </>
  );
}
