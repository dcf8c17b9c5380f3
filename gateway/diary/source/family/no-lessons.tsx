/** Says that there are no lessons, and names the days off and holidays of that time. */
import { useData } from "../epoch";
import { DaysOffDocument } from "../generated/graphql";
import { t } from "../texts";
import { daysOffOf, daysOffWithin } from "./days-off";
import type { Pupil } from "./students";

interface Props {
  pupil: Pupil;
  from: string;
  to: string;
}

export function NoLessons(props: Props) {
  const school = props.pupil.school?.id;
  return <p>{t("no_lessons")} {school && <DaysOff {...props} school={school} />}</p>;
}

function DaysOff({ pupil, from, to, school }: Props & { school: string }) {
  const { data } = useData(DaysOffDocument, { school });
  const off = daysOffWithin(daysOffOf(pupil, data?.school?.daysOff ?? []), from, to);
  return <strong>{[...new Set(off.map(({ name }) => name))].join(", ")}</strong>;
}
