/** What the school knows of a person, in a form, and the address of their screen. */
import { span, t, day } from "../texts";
import { Field, textIn } from "../ui/steps";

export type Kind = "student" | "guardian" | "teacher";

export const personPath = (kind: Kind, id: string): string => `/diary/person/${kind}/${encodeURIComponent(id)}`;

const SHORT = { day: "numeric", month: "short", year: "numeric" } as const;

/** From when until when something holds; empty where neither is known. */
export function daysOf({ beginsOn, endsOn }: { beginsOn: string | null; endsOn: string | null }): string {
  if (beginsOn && endsOn) return span(beginsOn, endsOn, SHORT);
  if (beginsOn) return t("since_day", { day: day(beginsOn, SHORT) });
  return endsOn ? t("until_day", { day: day(endsOn, SHORT) }) : "";
}

interface Known {
  givenName: string;
  familyName: string;
  middleName: string | null;
  email: string | null;
  phone: string | null;
}

export function PersonFields({ one }: { one?: Known }) {
  return (
    <>
      <Field name="familyName" label={t("family_name")} value={one?.familyName} required maxLength={200} />
      <Field name="givenName" label={t("given_name")} value={one?.givenName} required maxLength={200} />
      <Field name="middleName" label={t("middle_name")} value={one?.middleName} maxLength={200} />
      <Field name="phone" label={t("phone")} value={one?.phone} type="tel" maxLength={50} />
      <Field name="email" label={t("email")} value={one?.email} type="email" maxLength={320} />
    </>
  );
}

export const personIn = (fields: FormData) => ({
  givenName: textIn(fields, "givenName") ?? "",
  familyName: textIn(fields, "familyName") ?? "",
  middleName: textIn(fields, "middleName"),
  phone: textIn(fields, "phone"),
  email: textIn(fields, "email"),
});

export function StudentFields({ one }: { one?: { bornOn: string | null; identifier: string | null } }) {
  return (
    <>
      <Field name="bornOn" label={t("born_on")} value={one?.bornOn} type="date" />
      <Field name="identifier" label={t("school_number")} value={one?.identifier} maxLength={100} />
    </>
  );
}

export const studentIn = (fields: FormData) => ({ ...personIn(fields), bornOn: textIn(fields, "bornOn"), identifier: textIn(fields, "identifier") });
