/** Materials that homework refers to, to be ticked in its form: of the course, its lessons or its subject. */
import { useData } from "../epoch";
import { MaterialsToSetDocument } from "../generated/graphql";
import { t } from "../texts";
import { Disclosure } from "../ui/disclosure";
import { Problem, Waiting } from "../ui/notices";

const NAME = "materials";

export function MaterialsToSet({ course }: { course: string }) {
  return (
    <Disclosure summary={t("nav_materials")} className="choices">
      <Choices course={course} />
    </Disclosure>
  );
}

function Choices({ course: id }: { course: string }) {
  const { data, error, waiting } = useData(MaterialsToSetDocument, { course: id });
  if (waiting) return <Waiting />;
  const course = data?.course;
  if (!course) return <Problem error={error} />;
  const found = [course.materials, course.lessonMaterials, course.subject?.materials].flatMap((one) => one?.edges ?? []);
  const materials = found.flatMap(({ node }) => node ?? []);
  if (materials.length === 0) return <p>{t("nothing_here")}</p>;
  return materials.map(({ id: each, title }) => (
    <label key={each}><input type="checkbox" name={NAME} value={each} /> {title}</label>
  ));
}

/** The ids of what is ticked; null where nothing is. */
export function materialsIn(fields: FormData): string[] | null {
  const chosen = fields.getAll(NAME).map(String);
  return chosen.length > 0 ? chosen : null;
}
