/** What the screens share on which an office sets up its school. */
import { type ReactNode, useState } from "react";
import { type TypedDocumentNode, useClient } from "urql";
import { Link } from "wouter";
import { type AnyMutation, newKey, refusalOf } from "../../outbox";
import type { School } from "../../session";
import { t } from "../../texts";
import { WEEK, type WeekDay, s, weekDayName } from "../../texts/setup";
import { Disclosure } from "../../ui/disclosure";
import { useForm } from "../../ui/form";
import { PutAway } from "../../ui/put-away";
import { FormBody, Step, type Versioned, textIn } from "../../ui/steps";

export interface PartProps {
  school: School;
}

/** The head of a screen of the set-up, with the way back. */
export function Head({ title, school }: { title: string; school: School }) {
  return (
    <>
      <p className="no-print"><Link href="/diary/setup">{t("nav_setup")}</Link></p>
      <h1>{title} <small>{school.name}</small></h1>
    </>
  );
}

interface CreateProps {
  /** What is made, as it is headed. */
  name: string;
  document: unknown;
  input: (fields: FormData) => object;
  /** What the button says. */
  button?: string;
  children: ReactNode;
}

/** A form below its name that makes something new; once it is made, the form is empty again. */
export function Create({ name, document, input, button = t("add"), children }: CreateProps) {
  const client = useClient();
  const [made, setMade] = useState(0);
  const { busy, done, refusal, send } = useForm(async (fields) => {
    const given = { ...input(fields), idempotencyKey: newKey() };
    const refused = refusalOf(await client.mutation(document as AnyMutation, { input: given }).toPromise());
    if (!refused) setMade(made + 1);
    return refused;
  });
  return (
    <Disclosure summary={name} className="create no-print">
      <form className="fields" aria-label={name} onSubmit={(event) => void send(event)}>
        <FormBody key={made} refusal={refusal}>
          {children}
          <button type="submit" className="first" disabled={busy}>{button}</button>
          {done && <p role="status">{t("saved")}</p>}
        </FormBody>
      </form>
    </Disclosure>
  );
}

interface RowsProps {
  /** What the lines are, and the name of their list in the input. */
  legend: string;
  name: string;
  /** How many there are at first. */
  begin: number;
  /** What a line is called. */
  called: (number: number) => string;
  /** Its fields, with names that begin so; and which of the first ones it is. */
  row: (at: string, index: number, place: number) => ReactNode;
}

/** Lines of a form, as many as there are: `bells.0.starts` is a field of the first of `bells`. */
export function Rows({ legend, name, begin, called, row }: RowsProps) {
  const [keys, setKeys] = useState(() => Array.from({ length: begin }, (_, index) => index));
  return (
    <fieldset>
      <legend>{legend}</legend>
      {keys.map((key, place) => (
        <fieldset key={key} className="line">
          <legend>{called(place + 1)}</legend>
          {row(`${name}.${place}`, key, place)}
          <button type="button" className="quiet" aria-label={s("remove_row", { number: place + 1 })} onClick={() => setKeys(keys.filter((one) => one !== key))}>×</button>
        </fieldset>
      ))}
      <button type="button" onClick={() => setKeys([...keys, Math.max(-1, ...keys) + 1])}>{s("add_row")}</button>
    </fieldset>
  );
}

/** The lines of a form, each read by the names of its fields. */
export function rowsIn<Row>(fields: FormData, name: string, read: (text: (field: string) => string | null) => Row): Row[] {
  const places = [...fields.keys()].flatMap((key) => (key.startsWith(`${name}.`) ? Number(key.slice(name.length + 1).split(".")[0]) : []));
  return [...new Set(places)].map((place) => read((field) => textIn(fields, `${name}.${place}.${field}`)));
}

/** What stands in one line of a form beside others. */
export const Cell = ({ children }: { children: ReactNode }) => <div>{children}</div>;

interface TicksProps {
  legend: string;
  name: string;
  among: readonly (readonly [string, string])[];
  on?: readonly string[];
}

/** Some of several, each with a box to tick. */
export function Ticks({ legend, name, among, on = [] }: TicksProps) {
  return (
    <fieldset className="choices">
      <legend>{legend}</legend>
      {among.map(([one, said]) => (
        <label key={one}><input type="checkbox" name={name} value={one} defaultChecked={on.includes(one)} /> {said}</label>
      ))}
    </fieldset>
  );
}

export const ticksIn = (fields: FormData, name: string): string[] => fields.getAll(name).map(String);

export const weekDays = (days: readonly WeekDay[] = WEEK) => days.map((one) => [one, weekDayName(one)] as const);

/** A step at the entries of a list, and the name of the mutation that it is. */
interface At<One> {
  document: unknown;
  may: string;
  name?: string;
  fields?: (one: One) => ReactNode;
  given?: (fields: FormData, one: One) => object;
}

/** Where what was put away of a list is asked for. */
interface Gone<One, Data> {
  of: string;
  document: TypedDocumentNode<Data, { school: string; putAway?: boolean }>;
  school: string;
  all: (data: Data) => readonly One[] | null | undefined;
}

interface ListingProps<One, Data> {
  all: readonly One[];
  gone: Gone<One, Data>;
  named: (one: One) => string;
  told?: (one: One) => ReactNode;
  change: At<One>;
  away: At<One>;
  more?: (one: One) => ReactNode;
  /** What has one that is put away in use again, where that is not to be `active`. */
  again?: (one: One) => object;
  /** What is said where there is none. */
  none?: ReactNode;
}

/** The entries of a list: each is changed, and put away; and what was put away is taken back. */
export function Listing<One extends Versioned & { viewerMay: readonly string[] }, Data>({ all, gone, named, told, change, away, more, again, none = <p>{s("nothing_yet")}</p> }: ListingProps<One, Data>) {
  const [put, setPut] = useState<Versioned & { name: string; again: object }>();
  return (
    <>
      {all.length === 0 && none}
      <ul className="notices">
        {all.map((one) => (
          <li key={one.id}>
            <strong>{named(one)}</strong> <small>{told?.(one)}</small>{" "}
            {one.viewerMay.includes(change.may) && (
              <Step record={one} document={change.document as AnyMutation} name={change.name ?? t("change_it")} of={named(one)} input={(fields) => change.given?.(fields, one) ?? {}}>
                {change.fields?.(one)}
              </Step>
            )}
            {more?.(one)}
            {one.viewerMay.includes(away.may) && (
              <Step
                record={one}
                document={away.document as AnyMutation}
                name={away.name ?? t("put_away")}
                of={named(one)}
                reason={t("reason_put_away")}
                onDone={(done) => setPut({ ...done, name: named(one), again: again?.(one) ?? { active: true } })}
              />
            )}
          </li>
        ))}
      </ul>
      {put && (
        <div role="status">
          {t("was_put_away", { title: put.name })}{" "}
          <Step record={put} document={change.document as AnyMutation} name={t("take_back")} of={put.name} reason={t("reason_restored_it")} input={() => put.again} onDone={() => setPut(undefined)} />
        </div>
      )}
      <PutAway
        of={gone.of}
        document={gone.document}
        variables={{ school: gone.school, putAway: true }}
        all={gone.all}
        named={named}
        told={told}
        back={(one) => one.viewerMay.includes(change.may) && (
          <Step record={one} document={change.document as AnyMutation} name={t("take_back")} of={named(one)} reason={t("reason_restored_it")} input={() => again?.(one) ?? { active: true }} onDone={() => setPut(undefined)} />
        )}
      />
    </>
  );
}
