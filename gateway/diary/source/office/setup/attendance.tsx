/** What is written as attendance, and what it counts as. */
import { useData } from "../../epoch";
import { type AttendanceCodeInSetupFragment, AttendanceOfSchoolDocument, ChangeAttendanceCodeDocument, CreateAttendanceCodesDocument, PutAwayAttendanceCodeDocument } from "../../generated/graphql";
import { word } from "../../texts";
import { s } from "../../texts/setup";
import { Problem, Waiting } from "../../ui/notices";
import { Choice, Field, textIn } from "../../ui/steps";
import { Create, Head, Listing, type PartProps } from "./parts";

const KINDS = ["PRESENT", "ABSENT", "EXCUSED", "ILL", "LATE", "LEFT_EARLY", "ELSEWHERE"] as const;
const COUNTS = [["countsAsAbsence", "counts_absence"], ["countsAsLateness", "counts_lateness"], ["countsInRate", "counts_rate"]] as const;

type Counting = Pick<AttendanceCodeInSetupFragment, "kind" | (typeof COUNTS)[number][0]>;

const told = (one: Counting & { name: string }) =>
  [...new Set([one.name.toLowerCase(), word("attendance", one.kind)]), ...COUNTS.filter(([name]) => one[name]).map(([, text]) => s(text))].join(", ");

export function Attendance({ school }: PartProps) {
  const { data, error, waiting } = useData(AttendanceOfSchoolDocument, { school: school.id });
  if (waiting) return <Waiting />;
  const found = data?.school;
  if (!found) return <Problem error={error} />;
  const own = found.attendanceTokens.flatMap(({ code }) => code ?? []);
  return (
    <>
      <Head title={s("attendance")} school={school} />
      <Listing
        all={own}
        gone={{ of: s("attendance"), document: AttendanceOfSchoolDocument, school: school.id, all: (data) => data.school?.attendanceTokens.flatMap(({ code }) => code ?? []) }}
        named={({ token }) => token}
        told={told}
        change={{ document: ChangeAttendanceCodeDocument, may: "changeAttendanceCode", fields: (one) => <TokenFields one={one} />, given: tokenIn }}
        away={{ document: PutAwayAttendanceCodeDocument, may: "putAwayAttendanceCode" }}
        none={
          <>
            <p>{s("usual_tokens")}</p>
            <ul className="notices">
              {found.attendanceTokens.map((one) => <li key={one.token}><strong>{one.token}</strong> <small>{told(one)}</small></li>)}
            </ul>
          </>
        }
      />
      {found.viewerMay.includes("createAttendanceCodes") && (
        <Create name={s("new_token")} document={CreateAttendanceCodesDocument} input={(fields) => ({ school: school.id, attendanceCodes: [tokenIn(fields)] })}>
          <TokenFields />
        </Create>
      )}
    </>
  );
}

function TokenFields({ one }: { one?: AttendanceCodeInSetupFragment }) {
  return (
    <>
      <Field name="token" label={s("token")} value={one?.token} required maxLength={20} />
      <Field name="name" label={s("stands_for")} value={one?.name} required maxLength={200} />
      <Choice name="kind" label={s("what_it_is")} among={KINDS.map((kind) => [kind, word("attendance", kind)])} value={one?.kind} />
      {COUNTS.map(([name, text]) => (
        <Choice key={name} name={name} label={s(text)} among={[["yes", s("yes")], ["no", s("no")]]} value={one && (one[name] ? "yes" : "no")} none={one ? undefined : s("as_usual")} />
      ))}
    </>
  );
}

const tokenIn = (fields: FormData) => ({
  token: textIn(fields, "token"),
  name: textIn(fields, "name"),
  kind: fields.get("kind"),
  ...Object.fromEntries(COUNTS.flatMap(([name]) => (textIn(fields, name) ? [[name, textIn(fields, name) === "yes"]] : []))),
});
