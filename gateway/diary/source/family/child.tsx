/** What is a child's: what its guardians keep it from, what it has written to others, and its data. */
import { useState } from "react";
import { useData } from "../epoch";
import { type Activity, ChildSafetyDocument, ChildWritingsDocument, LiftChildRestrictionDocument, RestrictChildDocument } from "../generated/graphql";
import type { School, Viewer } from "../session";
import { moment, t as said } from "../texts";
import { t, word } from "../texts/records";
import { DataExports } from "../ui/data-exports";
import { Problem, Waiting } from "../ui/notices";
import { Turning, newestFirst } from "../ui/pages";
import { Act, Field, Step } from "../ui/steps";
import { type Pupil, Pupils } from "./students";

const ACTIVITIES: readonly Activity[] = ["FORUM", "MESSAGES", "POSTS", "SURVEYS", "QUIZZES"];

export default function Child({ viewer }: { viewer: Viewer }) {
  return (
    <Pupils viewer={viewer} title={said("nav_child")}>
      {(pupil, school) => <OfChild key={pupil.id} pupil={pupil} school={school} />}
    </Pupils>
  );
}

function OfChild({ pupil, school }: { pupil: Pupil; school: School | undefined }) {
  const { data, error, waiting } = useData(ChildSafetyDocument, { student: pupil.id });
  if (waiting) return <Waiting />;
  const found = data?.student;
  if (!found) return <Problem error={error} />;
  const [name, timeZone] = [pupil.displayName, school?.timeZone];
  const restrictions = found.restrictions ?? [];
  const kept = new Set(restrictions.map(({ activity }) => activity));
  const free = ACTIVITIES.filter((one) => !kept.has(one));
  return (
    <>
      <h2>{t("child_kept_from", { name })}</h2>
      <p className="help">{t("child_too_old", { age: found.school?.guardedAge ?? "" })}</p>
      {restrictions.length === 0 && <p>{t("child_kept_from_nothing", { name })}</p>}
      <ul className="notices">
        {restrictions.map((one) => (
          <li key={one.id}>
            <strong>{word("activity", one.activity)}</strong>{" "}
            <small>{t("child_since", { time: moment(one.writtenAt, timeZone), by: one.by })}</small>
            {one.viewerMay.includes("liftChildRestriction") && (
              <Step record={one} document={LiftChildRestrictionDocument} name={t("child_lift")} of={`${name}, ${word("activity", one.activity)}`} reason={t("child_reason")} />
            )}
          </li>
        ))}
      </ul>
      {found.viewerMay.includes("restrictChild") && free.length > 0 && (
        <Act
          document={RestrictChildDocument}
          name={t("child_restrict")}
          of={name}
          input={(fields) => ({ student: pupil.id, activity: fields.get("activity"), reason: String(fields.get("reason")) })}
        >
          <label htmlFor={`activity-${pupil.id}`}>{t("child_activity")}</label>
          <select id={`activity-${pupil.id}`} name="activity">
            {free.map((one) => <option key={one} value={one}>{word("activity", one)}</option>)}
          </select>
          <Field name="reason" label={said("why")} value={t("child_reason")} required maxLength={500} />
        </Act>
      )}
      <Writings pupil={pupil} age={found.school?.guardedAge ?? 0} timeZone={timeZone} />
      <DataExports student={pupil.id} name={name} timeZone={timeZone} />
    </>
  );
}

function Writings({ pupil, age, timeZone }: { pupil: Pupil; age: number; timeZone: string | undefined }) {
  const [before, setBefore] = useState<string | null>(null);
  const { data, error, waiting } = useData(ChildWritingsDocument, { student: pupil.id, before });
  const name = pupil.displayName;
  if (waiting) return <Waiting />;
  if (!data?.student) return <Problem error={error} />;
  const { writings } = data.student;
  const found = newestFirst(writings);
  return (
    <section aria-label={t("child_writings", { name })}>
      <h2>{t("child_writings", { name })} <small>{writings?.totalCount}</small></h2>
      {!writings && <p>{t("child_too_old_here", { name, age })}</p>}
      {writings && found.length === 0 && <p>{t("child_no_writings")}</p>}
      <ul className="notices">
        {found.map(({ record, activity, text, hidden, writtenAt }) => (
          <li key={record}>
            <small>{moment(writtenAt, timeZone)}, {activity === "SURVEYS" ? t("wrote_SURVEYS") : word("activity", activity)}</small>{" "}
            {hidden && <span className="state">{t("child_hidden")}</span>}
            <p>{text}</p>
          </li>
        ))}
      </ul>
      <Turning before={before} page={writings?.pageInfo} onTurn={setBefore} />
    </section>
  );
}
