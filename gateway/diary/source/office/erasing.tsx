/** What is erased of a student who has left, once the school's term is over, and what was. */
import { useData } from "../epoch";
import { EraseStudentDocument, type ErasureLineFragment, StudentRecordDocument } from "../generated/graphql";
import type { School } from "../session";
import { day, moment } from "../texts";
import { t, word } from "../texts/records";
import { Problem, Waiting } from "../ui/notices";
import { Scroll } from "../ui/scroll";
import { Act, ByName, Field, textIn } from "../ui/steps";

interface Props {
  student: string;
  name: string;
  school: School;
}

export function Erasing({ student, name, school }: Props) {
  const { data, error, waiting } = useData(StudentRecordDocument, { student });
  if (waiting) return <Waiting />;
  const found = data?.student;
  if (!found) return <Problem error={error} />;
  const { erasurePlan: plan, erasures } = found;
  // The record itself stays, without a name, and is counted again.
  const more = plan?.items.some(({ kind, erased }) => erased > 0 && (kind !== "PERSON" || !erasures?.length));
  return (
    <>
      {erasures?.map(({ at, by, reason, items }) => (
        <div key={at}>
          <p><strong>{t("erased_on", { time: moment(at, school.timeZone), by: by ?? t("erased_command") })}</strong> {reason}</p>
          <Lines items={items} label={t("erased_on", { time: moment(at, school.timeZone), by: by ?? t("erased_command") })} />
        </div>
      ))}
      {plan && !plan.erasableFrom && <p>{t("erase_not_left")}</p>}
      {plan?.erasableFrom && !plan.fingerprint && (
        <p>{t("erase_from", { day: day(plan.erasableFrom, { day: "numeric", month: "long", year: "numeric" }) })}</p>
      )}
      {plan?.fingerprint && more && (
        <>
          <p className="help">{t("erase_help")}</p>
          <Lines items={plan.items} label={t("erase_title")} />
          <Act
            document={EraseStudentDocument}
            name={t("erase_do")}
            of={name}
            input={(fields) => ({ student, fingerprint: plan.fingerprint, reason: textIn(fields, "reason") })}
          >
            <Field name="reason" label={t("erase_why")} maxLength={500} />
            <ByName name={name} />
          </Act>
        </>
      )}
    </>
  );
}

interface Line {
  erased: number;
  kept: number;
  why: Set<string>;
}

/** By kinds, as tables of a database say nothing to who reads this. */
function Lines({ items, label }: { items: readonly ErasureLineFragment[]; label: string }) {
  const lines = new Map<string, Line>();
  for (const { kind, erased, kept, why } of items) {
    const name = kind ? word("data", kind) : t("kept_without_name");
    const line = lines.get(name) ?? { erased: 0, kept: 0, why: new Set() };
    lines.set(name, { erased: line.erased + erased, kept: line.kept + kept, why: why ? line.why.add(why) : line.why });
  }
  return (
    <Scroll label={label}>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t("erase_kind")}</th>
            <th scope="col">{t("erase_erased")}</th>
            <th scope="col">{t("erase_kept")}</th>
            <th scope="col">{t("erase_because")}</th>
          </tr>
        </thead>
        <tbody>
          {[...lines].filter(([, { erased, kept, why }]) => erased + kept > 0 || why.size > 0).map(([name, { erased, kept, why }]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{erased}</td>
              <td>{kept}</td>
              <td>{[...why].join("; ")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
