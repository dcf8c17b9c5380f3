/** The form by which a teacher adds a material to a course, to one of its lessons, or to its subject. */
import { useId } from "react";
import { useClient } from "urql";
import { filesOf, uploadAll } from "../files";
import { AddCourseMaterialDocument, AddLessonMaterialDocument, AddSubjectMaterialDocument, type MaterialPlacesQuery } from "../generated/graphql";
import { type AnyMutation, refusalOf } from "../outbox";
import { day, t } from "../texts";
import { courseName } from "../ui/course-name";
import { useForm } from "../ui/form";
import { RefusalNotice } from "../ui/notices";
import { MaterialFields, materialIn } from "./material-fields";

type Course = NonNullable<MaterialPlacesQuery["course"]>;

const SENT = {
  course: AddCourseMaterialDocument,
  lesson: AddLessonMaterialDocument,
  subject: AddSubjectMaterialDocument,
} as unknown as Record<string, AnyMutation>;

export function NewMaterial({ course }: { course: Course }) {
  const client = useClient();
  const id = useId();
  const { subject, lessons } = course;
  const { busy, done, refusal, send } = useForm(async (fields) => {
    const [kind = "", place = ""] = String(fields.get("place")).split(" ");
    const document = SENT[kind];
    if (!document) return undefined;
    const chosen = filesOf(fields);
    const files = chosen.length > 0 ? await uploadAll(chosen, course.school?.id ?? "", "MATERIAL") : null;
    return refusalOf(await client.mutation(document, { input: { ...materialIn(fields), files, [kind]: place } }).toPromise());
  });
  if (!course.viewerMay.includes("addCourseMaterial")) return null;
  return (
    <details>
      <summary>{t("new_material")}</summary>
      <form className="fields" onSubmit={(event) => void send(event)}>
        <label htmlFor={id}>{t("to_place")}</label>
        <select id={id} name="place">
          <option value={`course ${course.id}`}>{courseName(course)}</option>
          {subject?.viewerMay.includes("addSubjectMaterial") && <option value={`subject ${subject.id}`}>{t("of_subject", { subject: subject.name })}</option>}
          {lessons.filter(({ status }) => status !== "CANCELLED").map((one) => (
            <option key={one.id} value={`lesson ${one.id}`}>
              {t("lesson_of", { date: day(one.date, { weekday: "short", day: "numeric", month: "long" }) })}, {one.slot}
            </option>
          ))}
        </select>
        <MaterialFields />
        <button type="submit" className="first" disabled={busy}>{t("add")}</button>
        <RefusalNotice refusal={refusal} />
        {done && <p role="status">{t("material_added")}</p>}
      </form>
    </details>
  );
}
