/** The audit of the school: who did what, and who read what is sensitive, the newest first. */
import { type FormEvent, useState } from "react";
import { useAsked } from "../asked";
import { isDay } from "../dates";
import { useData } from "../epoch";
import { AuditDocument, type AuditFilter, type AuditKind, type AuditQuery } from "../generated/graphql";
import { type School, type Viewer, isHead, officeSchool } from "../session";
import { moment, t, word } from "../texts";
import { changeWord, nounWord, whatWord } from "../texts/audit";
import { Problem, Waiting } from "../ui/notices";
import { Nowhere } from "../ui/nowhere";
import { More, Pages } from "../ui/pages";
import { Scroll } from "../ui/scroll";
import { textIn } from "../ui/steps";

type Entries = NonNullable<NonNullable<AuditQuery["school"]>["audit"]>;
type Entry = NonNullable<Entries["edges"][number]["node"]>;
const KINDS: readonly AuditKind[] = ["CHANGED", "READ", "EXPORTED", "ERASED", "PRUNED", "SIGNED_IN", "SIGN_IN_FAILED", "DENIED"];

/** Of whom entries are shown, with the name that the reader knows them by. */
interface Whose {
  account?: [string, string];
  student?: [string, string];
}

export default function Audit({ viewer }: { viewer: Viewer }) {
  const school = officeSchool(viewer);
  const [inAddress, ask] = useAsked();
  const [whose, setWhose] = useState<Whose>({});
  if (!school || !isHead(viewer)) return <Nowhere />;

  function filter(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    ask({ from: textIn(fields, "from") ?? "", to: textIn(fields, "to") ?? "", kind: textIn(fields, "kind") ?? "" });
  }

  const [from, to] = [inAddress.get("from"), inAddress.get("to")].map((one) => (isDay(one) ? one : null));
  const kind = KINDS.find((one) => one === inAddress.get("kind"));
  const where: AuditFilter = { from, to, kinds: kind ? [kind] : null };

  const asked: AuditFilter = { ...where, account: whose.account?.[0] ?? null, student: whose.student?.[0] ?? null };
  return (
    <>
      <h1>{t("nav_audit")} <small>{school.name}</small></h1>
      <form key={`${from} ${to} ${kind}`} className="tools" onSubmit={filter}>
        <label>{t("from")} <input type="date" name="from" defaultValue={from ?? ""} /></label>
        <label>{t("to")} <input type="date" name="to" defaultValue={to ?? ""} /></label>
        <label>
          {t("audit_kind")}{" "}
          <select name="kind" defaultValue={kind ?? ""}>
            <option value="">{t("every_kind")}</option>
            {KINDS.map((one) => <option key={one} value={one}>{word("audit", one)}</option>)}
          </select>
        </label>
        <button type="submit" className="first">{t("show")}</button>
      </form>
      {(whose.account || whose.student) && (
        <p>
          {t("only_of", { names: [whose.account?.[1], whose.student?.[1]].filter(Boolean).join(", ") })}{" "}
          <button type="button" onClick={() => setWhose({})}>{t("show_all")}</button>
        </p>
      )}
      <Pages key={JSON.stringify(asked)} page={(after, onMore) => (
        <Page school={school} after={after} where={asked} onMore={onMore} onWhose={(chosen) => setWhose({ ...whose, ...chosen })} />
      )} />
    </>
  );
}

interface PageProps {
  school: School;
  after: string | null;
  where: AuditFilter;
  onMore?: (next: string) => void;
  onWhose: (chosen: Whose) => void;
}

function Page({ school, after, where, onMore, onWhose }: PageProps) {
  const { data, error, waiting } = useData(AuditDocument, { school: school.id, after, where });
  if (waiting) return <Waiting />;
  const found = data?.school?.audit;
  if (!found) return <Problem error={error} />;
  const entries = found.edges.flatMap(({ node }) => node ?? []);
  if (entries.length === 0) return <p>{t("nothing_here")}</p>;
  return (
    <>
      <Scroll label={t("nav_audit")}>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t("audit_at")}</th>
              <th scope="col">{t("audit_by")}</th>
              <th scope="col">{t("audit_what")}</th>
              <th scope="col">{t("student")}</th>
            </tr>
          </thead>
          <tbody>
            {entries.map((one) => <Line key={one.id} one={one} timeZone={school.timeZone} onWhose={onWhose} />)}
          </tbody>
        </table>
      </Scroll>
      <More page={found.pageInfo} onMore={onMore} />
    </>
  );
}

function Line({ one, timeZone, onWhose }: { one: Entry; timeZone: string; onWhose: (chosen: Whose) => void }) {
  const { by, byId, student } = one;
  return (
    <tr>
      <td className="when">{moment(one.at, timeZone)}</td>
      <td>
        {by && byId ? (
          <button type="button" className="quiet" aria-label={t("only_of", { names: by })} onClick={() => onWhose({ account: [byId, by] })}>{by}</button>
        ) : (by ?? t("not_a_person"))}
        {one.origin && <small> {one.origin}</small>}
      </td>
      <td>
        {word("audit", one.kind)}: {nounWord(one.noun)}
        {one.change !== one.kind && <small> {changeWord(one.change)}</small>}
        {one.what.length > 0 && <small> {one.what.map(whatWord).join(", ")}</small>}
      </td>
      <td>
        {student && (
          <button type="button" className="quiet" aria-label={t("only_of", { names: student.displayName })} onClick={() => onWhose({ student: [student.id, student.displayName] })}>
            {student.displayName}
          </button>
        )}
      </td>
    </tr>
  );
}
