/** Beginning a page: one's own, or that of a class or a subject that one has to do with. */
import { type FormEvent, useState } from "react";
import { useClient } from "urql";
import { Link, useLocation } from "wouter";
import { needsAll, useData } from "../epoch";
import {
  BeginClassPageDocument,
  BeginGuardianPageDocument,
  BeginStudentPageDocument,
  BeginSubjectPageDocument,
  BeginTeacherPageDocument,
  type PageKind,
  type PageLevel,
  PagesToBeginDocument,
  type PagesToBeginQuery,
} from "../generated/graphql";
import { type AnyMutation, type Refusal, refusalOf } from "../outbox";
import { type School, type Viewer, leads } from "../session";
import { t, word } from "../texts";
import { Disclosure } from "../ui/disclosure";
import { RefusalNotice } from "../ui/notices";
import { addressOf } from "./title";

const BEGIN = {
  STUDENT: { document: BeginStudentPageDocument, field: "student" },
  TEACHER: { document: BeginTeacherPageDocument, field: "teacher" },
  GUARDIAN: { document: BeginGuardianPageDocument, field: "guardian" },
  CLASS_GROUP: { document: BeginClassPageDocument, field: "classGroup" },
  SUBJECT: { document: BeginSubjectPageDocument, field: "subject" },
} as unknown as Record<PageKind, { document: AnyMutation; field: string }>;

interface Owner {
  kind: PageKind;
  id: string;
  name: string;
}

export function BeginPage({ viewer, school, level }: { viewer: Viewer; school: School; level: PageLevel }) {
  const client = useClient();
  const [, go] = useLocation();
  const [refusal, setRefusal] = useState<Refusal>();
  const { data } = useData(PagesToBeginDocument, { school: school.id, leads: leads(viewer) });
  const mine = data?.viewer?.memberships.find((one) => one.school?.id === school.id);
  const owners = without(data, mine, level);
  const own = [mine?.student, mine?.teacher, mine?.guardian].flatMap((one) => one?.page ?? []);

  async function begin(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const chosen = String(new FormData(event.currentTarget).get("owner"));
    const owner = owners.find(({ id }) => id === chosen) ?? owners[0]!;
    const { document, field } = BEGIN[owner.kind];
    const result = await client.mutation(document, { input: { [field]: owner.id } }).toPromise();
    const refused = refusalOf(result);
    setRefusal(refused);
    const [begun] = Object.values(result.data ?? {}) as { page: { id: string } | null }[];
    if (refused || !begun?.page) return;
    needsAll();
    go(addressOf(begun.page.id));
  }

  return (
    <>
      {own.map(({ id }) => <p key={id}><Link href={addressOf(id)}>{t("my_page")}</Link></p>)}
      {owners.length > 0 && (
        <Disclosure summary={t("begin_page")}>
          <form className="fields" onSubmit={(event) => void begin(event)}>
            <label htmlFor="owner">{t("whose_page")}</label>
            <select id="owner" name="owner">
              {owners.map(({ kind, id, name }) => <option key={id} value={id}>{name} ({word("page", kind)})</option>)}
            </select>
            <button type="submit" className="first">{t("begin_it")}</button>
            <RefusalNotice refusal={refusal} />
          </form>
        </Disclosure>
      )}
    </>
  );
}

type Mine = NonNullable<PagesToBeginQuery["viewer"]>["memberships"][number];

/** Who has no page yet, and for whom the viewer may begin one. */
function without(data: PagesToBeginQuery | undefined, mine: Mine | undefined, level: PageLevel): Owner[] {
  const groups = [
    ...(mine?.teacher?.classGroups ?? []),
    ...(data?.school?.classGroups?.edges.flatMap(({ node }) => node ?? []) ?? []),
  ].filter(({ page, viewerMay }) => !page && viewerMay.includes("beginClassPage"));
  const subjects = [
    ...(mine?.teacher?.courses.flatMap(({ subject }) => subject ?? []) ?? []),
    ...(data?.school?.subjects ?? []),
  ].filter(({ page, viewerMay }) => !page && viewerMay.includes("beginSubjectPage"));
  const people = ([["STUDENT", mine?.student], ["TEACHER", mine?.teacher], ["GUARDIAN", mine?.guardian]] as const).flatMap(
    ([kind, one]) => (one && !one.page && (level !== "STAFF" || kind === "TEACHER") ? [{ kind, id: one.id, name: one.displayName }] : []),
  );
  const found: Owner[] = [
    ...people,
    ...groups.map(({ id, name }) => ({ kind: "CLASS_GROUP" as const, id, name })),
    ...subjects.map(({ id, name }) => ({ kind: "SUBJECT" as const, id, name })),
  ];
  return [...new Map(found.map((one) => [one.id, one])).values()];
}
