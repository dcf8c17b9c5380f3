/** Says that there are no lessons, and the names of the days off and holidays that it is for. */
import { useData } from "../epoch";
import { DaysOffDocument } from "../generated/graphql";
import { t } from "../texts";
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
  const classes = new Set(pupil.classGroups.map(({ id }) => id));
  const off = (data?.school?.daysOff ?? []).filter(
    ({ active, startsOn, endsOn, classGroup }) =>
      active && startsOn <= to && endsOn >= from && (!classGroup || classes.has(classGroup.id)),
  );
  return <strong>{[...new Set(off.map(({ name }) => name))].join(", ")}</strong>;
}
