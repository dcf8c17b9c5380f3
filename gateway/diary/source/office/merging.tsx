/** Two records of one person made one: the other is found by name, what moves is shown, and then it is done. */
import { useDeferredValue, useState } from "react";
import { useLocation } from "wouter";
import { useData } from "../epoch";
import {
  GuardiansFoundDocument, MergeGuardiansDocument, MergePlanDocument, MergeStudentsDocument, MergeTeachersDocument,
  PersonComparedDocument, type PersonComparedQuery, StudentsFoundDocument, TeachersFoundDocument,
} from "../generated/graphql";
import { type AnyMutation, newKey } from "../outbox";
import type { School } from "../session";
import { type Key, day, t as said } from "../texts";
import { nounWord } from "../texts/audit";
import { t, word } from "../texts/records";
import { Problem, Waiting } from "../ui/notices";
import { Scroll } from "../ui/scroll";
import { Act, ByName } from "../ui/steps";
import { type Kind, daysOf, personPath } from "./person-fields";

type Compared = Extract<NonNullable<PersonComparedQuery["node"]>, { displayName: string }>;

const FOUND = { student: StudentsFoundDocument, guardian: GuardiansFoundDocument, teacher: TeachersFoundDocument } as const;
const MERGES: Record<Kind, unknown> = { student: MergeStudentsDocument, guardian: MergeGuardiansDocument, teacher: MergeTeachersDocument };

interface Props {
  kind: Kind;
  person: string;
  familyName: string;
  school: School;
}

export function Merging({ kind, person, familyName, school }: Props) {
  const [typed, setTyped] = useState(familyName);
  const [other, setOther] = useState<string>();
  const search = useDeferredValue(typed.trim());
  const namesakes = useNamesakes(kind, school.id, search).filter(({ id }) => id !== person);
  const id = `namesake-${person}`;
  return (
    <>
      <p className="help">{t("merge_help")}</p>
      <p className="fields">
        <label htmlFor={id}>{t("merge_find")}</label>
        <input id={id} value={typed} onChange={({ target }) => setTyped(target.value)} />
      </p>
      {search && namesakes.length === 0 && <p>{t("merge_none")}</p>}
      <ul className="notices">
        {namesakes.map(({ id: found, displayName, more }) => (
          <li key={found}>
            {displayName} <small>{more}</small>{" "}
            <button type="button" className="quiet" aria-label={`${t("merge_choose")}: ${displayName} ${more}`} aria-pressed={found === other} onClick={() => setOther(found)}>
              {t("merge_choose")}
            </button>
          </li>
        ))}
      </ul>
      {other && <Two key={other} kind={kind} person={person} other={other} school={school} />}
    </>
  );
}

interface Namesake {
  id: string;
  displayName: string;
  /** By what one tells them apart. */
  more: string;
}

function useNamesakes(kind: Kind, school: string, search: string): Namesake[] {
  const { data } = useData(FOUND[kind] as typeof StudentsFoundDocument, { school, where: { name: search }, after: null }, search === "");
  const found = data?.school as Partial<Record<`${Kind}s`, { edges: readonly { node: Person | null }[] }>> | null | undefined;
  const people = found?.[`${kind}s`]?.edges.flatMap(({ node }) => node ?? []) ?? [];
  return people.map(({ id, displayName, classGroups = [], children = [], email }) => ({
    id,
    displayName,
    more: [...classGroups.map(({ name }) => name), ...children.map((child) => child.displayName), email].filter(Boolean).join(", "),
  }));
}

interface Person {
  id: string;
  displayName: string;
  email?: string | null;
  classGroups?: readonly { name: string }[];
  children?: readonly { displayName: string }[];
}

interface TwoProps {
  kind: Kind;
  person: string;
  other: string;
  school: School;
}

function Two({ kind, person, other, school }: TwoProps) {
  const [, go] = useLocation();
  const [swapped, setSwapped] = useState(false);
  const [kept, gone] = swapped ? [other, person] : [person, other];
  const one = useCompared(kept);
  const duplicate = useCompared(gone);
  const asked = useData(MergePlanDocument, { school: school.id, kept, duplicate: gone });
  const plan = asked.data?.school?.mergePlan;
  if (one.waiting || duplicate.waiting || asked.waiting) return <Waiting />;
  if (!one.person || !duplicate.person || !plan) return <Problem error={one.error ?? duplicate.error ?? asked.error} />;
  const name = duplicate.person.displayName;
  return (
    <>
      <Comparison one={one.person} other={duplicate.person} />
      <p><button type="button" onClick={() => setSwapped(!swapped)}>{t("merge_other_way")}</button></p>
      <h3>{t("merge_moves")}</h3>
      {plan.moves.length === 0 && <p>{t("merge_moves_nothing")}</p>}
      <ul>{plan.moves.map(({ noun, count }) => <li key={noun}>{nounWord(noun)}: {count}</li>)}</ul>
      {plan.obstacles.length > 0 ? (
        <div role="status">
          <p className="problem">{t("merge_not")}</p>
          <ul>{plan.obstacles.map((each) => <li key={each}>{word("obstacle", each)}</li>)}</ul>
        </div>
      ) : (
        <Act
          key={gone}
          document={MERGES[kind] as AnyMutation}
          name={t("merge_do")}
          of={name}
          input={() => ({ id: kept, duplicate: gone, idempotencyKey: newKey() })}
          onDone={() => go(personPath(kind, kept))}
        >
          <ByName name={name} />
        </Act>
      )}
    </>
  );
}

function useCompared(person: string) {
  const { data, error, waiting } = useData(PersonComparedDocument, { person });
  const found = data?.node;
  return { person: found && "displayName" in found ? found : undefined, error, waiting };
}

const names = (some: readonly { displayName?: string; name?: string; title?: string }[] | null): string =>
  (some ?? []).map(({ displayName, name, title }) => displayName ?? name ?? title).join(", ");

/** What one tells of a person, by the names of its lines. */
function linesOf(one: Compared): Map<Key, string> {
  const lines: [Key, string | null | undefined][] = [
    ["name", one.displayName],
    ["middle_name", one.middleName],
    ["phone", one.phone],
    ["email", one.email],
    ["in_the_school", daysOf(one)],
  ];
  if ("bornOn" in one) lines.push(["born_on", one.bornOn && day(one.bornOn, { dateStyle: "medium" })], ["school_number", one.identifier]);
  if ("classGroups" in one) lines.push(["nav_classes", names(one.classGroups)]);
  if ("guardians" in one) lines.push(["guardians", names(one.guardians)]);
  if ("children" in one) lines.push(["children", names(one.children)]);
  if ("courses" in one) lines.push(["courses", one.courses.map(({ title, classGroup }) => [classGroup?.name, title].filter(Boolean).join(" ")).join(", ")]);
  return new Map(lines.map(([key, value]) => [key, value ?? ""]));
}

function Comparison({ one, other }: { one: Compared; other: Compared }) {
  const [stays, goes] = [linesOf(one), linesOf(other)];
  return (
    <Scroll label={t("merge_compared")}>
      <table className="plain long">
        <thead>
          <tr>
            <td />
            <th scope="col">{t("merge_stays")}</th>
            <th scope="col">{t("merge_goes")}</th>
          </tr>
        </thead>
        <tbody>
          {[...stays].filter(([key, value]) => value || goes.get(key)).map(([key, value]) => (
            <tr key={key}>
              <th scope="row">{said(key)}</th>
              <td>{value}</td>
              <td>{goes.get(key)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
