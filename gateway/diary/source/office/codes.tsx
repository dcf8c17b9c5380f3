/** Access codes: made once, shown once, and printed as a sheet. */
import { useState } from "react";
import { useClient } from "urql";
import { headers, prefix } from "../gateway";
import { type AccessRole, CreateCodesDocument, type CreateCodesMutation } from "../generated/graphql";
import { newKey, type Refusal, refusalOf } from "../outbox";
import { language, t } from "../texts";
import { refusalText } from "../ui/notices";

type Code = NonNullable<CreateCodesMutation["createAccessCodes"]>["accessCodes"][number];

interface Props {
  school: string;
  people?: string[];
  classGroup?: string;
  /** Of the class group. */
  roles?: AccessRole[];
}

export function CodesButton({ school, people = [], classGroup, roles = [] }: Props) {
  const client = useClient();
  const [codes, setCodes] = useState<readonly Code[]>();
  const [refusal, setRefusal] = useState<Refusal>();

  async function create() {
    const whom = classGroup ? { classGroup, roles } : { people };
    const input = { school, ...whom, idempotencyKey: newKey() };
    const result = await client.mutation(CreateCodesDocument, { input }).toPromise();
    setRefusal(refusalOf(result));
    setCodes(result.data?.createAccessCodes?.accessCodes);
  }

  return (
    <>
      <button type="button" className="quiet" onClick={() => void create()}>{t("make_codes")}</button>
      {refusal && <span role="alert" className="problem"> {refusalText(refusal)}</span>}
      {codes && codes.length === 0 && !refusal && <span role="status"> {t("no_codes")}</span>}
      {codes && codes.length > 0 && (
        <span role="status" className="codes">
          {codes.map((one) => (
            <span key={one.code}>
              {(one.student ?? one.guardian ?? one.teacher)?.displayName} <code>{one.code}</code>{" "}
            </span>
          ))}
          <button type="button" onClick={() => void sheet(school, codes.flatMap(({ code }) => code ?? []))}>{t("sheet")}</button>
        </span>
      )}
    </>
  );
}

/** The sheet of slips to cut out, as the gateway draws it. */
async function sheet(school: string, codes: string[]): Promise<void> {
  const response = await fetch(`${prefix}/access-codes/sheet`, {
    method: "POST",
    credentials: "same-origin",
    headers: { ...headers, "Content-Type": "application/json" },
    body: JSON.stringify({ school, codes, language: language(), format: "pdf" }),
  });
  if (!response.ok) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await response.blob());
  link.download = "codes.pdf";
  link.click();
  URL.revokeObjectURL(link.href);
}
