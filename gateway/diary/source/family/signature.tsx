/** The line at the foot of a week where a parent signs. */
import { useState } from "react";
import type { DiaryQuery } from "../generated/graphql";
import { type Refusal, enter } from "../outbox";
import { moment, t } from "../texts";
import { RefusalNotice } from "../ui/notices";

interface Props {
  student: NonNullable<DiaryQuery["student"]>;
  week: string;
  may: boolean;
  onSigned: () => void;
}

export function Signature({ student, week, may, onSigned }: Props) {
  const [refusal, setRefusal] = useState<Refusal>();
  const [busy, setBusy] = useState(false);
  const signed = student.diarySignatures?.filter((one) => one.week === week) ?? [];

  async function sign() {
    setBusy(true);
    const payload = await enter("SignWeek", { student: student.id, date: week }, `week:${student.id}:${week}`, "");
    setBusy(false);
    setRefusal(payload?.errors[0]);
    if (payload && payload.errors.length === 0) onSigned();
  }

  return (
    <footer className="signature">
      <span>{t("signature")}</span>
      <span className="line">
        {signed.map(({ id, by, signedAt }) => (
          <span key={id}>{by}, {moment(signedAt)}</span>
        ))}
      </span>
      {may && (
        <button type="button" className="no-print" disabled={busy} onClick={() => void sign()}>
          {t("sign_week")}
        </button>
      )}
      <RefusalNotice refusal={refusal} />
    </footer>
  );
}
