/** A material changed and taken back by its teachers, and who has opened it. */
import { useData } from "../epoch";
import { filesOf, uploadAll } from "../files";
import {
  ChangeMaterialDocument,
  type MaterialLineFragment,
  MaterialOpeningsDocument,
  WithdrawMaterialDocument,
} from "../generated/graphql";
import type { School } from "../session";
import { moment, t } from "../texts";
import { Disclosure } from "../ui/disclosure";
import { KeptFiles, keptIn } from "../ui/files";
import { Problem, Waiting } from "../ui/notices";
import { Step, type Versioned } from "../ui/steps";
import { MaterialFields, materialIn } from "./material-fields";

interface Props {
  one: MaterialLineFragment;
  school: School | undefined;
  onTakenBack: (one: Versioned) => void;
}

export function MaterialSteps({ one, school, onTakenBack }: Props) {
  const of = one.title ?? "";

  async function changed(fields: FormData) {
    const added = await uploadAll(filesOf(fields), school?.id ?? "", "MATERIAL");
    return { ...materialIn(fields), files: [...keptIn(fields), ...added] };
  }

  return (
    <>
      <Disclosure summary={t("who_has_opened")} label={`${t("who_has_opened")}: ${of}`} className="step" anew>
        <Openings material={one.id} timeZone={school?.timeZone} />
      </Disclosure>
      {one.viewerMay.includes("changeMaterial") && (
        <Step record={one} document={ChangeMaterialDocument} name={t("change_it")} of={of} input={changed}>
          <MaterialFields one={one} />
          <KeptFiles files={one.files} />
        </Step>
      )}
      {one.viewerMay.includes("withdrawMaterial") && (
        <Step record={one} document={WithdrawMaterialDocument} name={t("withdraw")} of={of} reason={t("reason_taken_back")} onDone={onTakenBack} />
      )}
    </>
  );
}

function Openings({ material, timeZone }: { material: string; timeZone: string | undefined }) {
  const { data, error, waiting } = useData(MaterialOpeningsDocument, { material });
  if (waiting) return <Waiting />;
  const found = data?.node && "openings" in data.node ? data.node.openings : null;
  if (!found) return <Problem error={error} />;
  if (found.length === 0) return <p>{t("nobody")}</p>;
  return (
    <ol>
      {found.map((one, at) => (
        <li key={at}>{one.asGuardian ? t("family_of", { name: one.student?.displayName ?? one.by }) : (one.student?.displayName ?? one.by)} <small>{moment(one.at, timeZone)}</small></li>
      ))}
    </ol>
  );
}
