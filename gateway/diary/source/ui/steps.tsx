/** Steps at a record that is there: it is changed, put away, taken back or restored. */
import { type ReactNode, useContext, useId, useState } from "react";
import { type TypedDocumentNode, useClient } from "urql";
import { needsAll } from "../epoch";
import { type Refusal, refusalOf } from "../outbox";
import { t } from "../texts";
import { RefusedHere, useForm } from "./form";
import { RefusalNotice, refusalText } from "./notices";

export interface Versioned {
  id: string;
  version: number;
}

interface OpeningProps {
  /** What is done, as the button says it. */
  name: string;
  /** To what, for who hears the button alone. */
  of: string;
  write: (fields: FormData) => Promise<Refusal | undefined>;
  children?: ReactNode;
}

/** A form that opens below its name, and closes once what it says is done. */
function Opening({ name, of, write, children }: OpeningProps) {
  const [open, setOpen] = useState(false);
  const { busy, refusal, send } = useForm(async (fields) => {
    const refused = await write(fields);
    if (!refused) setOpen(false);
    return refused;
  });
  return (
    <details className="step no-print" open={open} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary aria-label={`${name}: ${of}`}>{name}</summary>
      {open && (
        <form className="fields" aria-label={`${name}: ${of}`} onSubmit={(event) => void send(event)}>
          <FormBody refusal={refusal}>
            {children}
            <button type="submit" className="first" disabled={busy}>{name}</button>
          </FormBody>
        </form>
      )}
    </details>
  );
}

/** The fields of a form and its button; what was refused is said at the field that it names, or else
 * at the end. */
export function FormBody({ refusal, children }: { refusal: Refusal | undefined; children: ReactNode }) {
  return (
    <RefusedHere value={refusal}>
      {children}
      <RefusalNotice refusal={refusal?.field ? undefined : refusal} />
    </RefusedHere>
  );
}

interface ActProps<Data extends object, Variables> extends Omit<OpeningProps, "write"> {
  document: TypedDocumentNode<Data, Variables>;
  input: (fields: FormData) => object;
  onDone?: (data: Data) => void;
}

/** A step at what has no versions, such as a person of the school or what ties one to another; or
 * whose input names its version itself. */
export function Act<Data extends object, Variables extends { input: object }>({ document, input, onDone, ...opening }: ActProps<Data, Variables>) {
  const client = useClient();

  async function write(fields: FormData) {
    const result = await client.mutation(document, { input: input(fields) } as unknown as Variables).toPromise();
    const refused = refusalOf(result);
    if (refused?.code === "CONFLICT") needsAll();
    if (!refused && result.data) onDone?.(result.data);
    return refused;
  }

  return <Opening {...opening} write={write} />;
}

/** Asks for the name of what is done away with for good, so that it is no slip of the hand. */
export function ByName({ name }: { name: string }) {
  const check = ({ currentTarget: field }: { currentTarget: HTMLInputElement }) =>
    field.setCustomValidity(field.value.trim() === name ? "" : t("not_the_name"));
  const id = useId();
  return (
    <>
      <label htmlFor={id}>{t("type_the_name", { name })}</label>
      <input id={id} name="confirmed" required autoComplete="off" onInput={check} />
    </>
  );
}

interface Props<Variables> extends Omit<OpeningProps, "write"> {
  record: Versioned;
  document: TypedDocumentNode<object, Variables>;
  /** What is said of why, unless somebody writes more. */
  reason?: string;
  input?: (fields: FormData) => object | Promise<object>;
  onDone?: (done: Versioned) => void;
}

/** A step that is meant for the version that is shown: where there is another one meanwhile, that is
 * shown, and what was typed stays. */
export function Step<Variables extends { input: object }>(props: Props<Variables>) {
  const { record, document, name, of, reason = t("reason_edited"), input, onDone, children } = props;
  const client = useClient();
  const id = useId();

  async function write(fields: FormData) {
    const more = (await input?.(fields)) ?? {};
    const given = { ...more, id: record.id, expectedVersion: record.version, reason: String(fields.get("reason")) };
    const refused = refusalOf(await client.mutation(document, { input: given } as unknown as Variables).toPromise());
    if (refused?.code === "CONFLICT") needsAll();
    if (!refused) onDone?.({ id: record.id, version: record.version + 1 });
    return refused;
  }

  return (
    <Opening name={name} of={of} write={write}>
      {children}
      <label htmlFor={id}>{t("why")}</label>
      <input id={id} name="reason" required maxLength={500} defaultValue={reason} />
    </Opening>
  );
}

interface TakenBackProps<Variables> {
  record: Versioned;
  document: TypedDocumentNode<object, Variables>;
  onDone: () => void;
}

/** What was just taken back stands in no list any more: here it is let stand again. */
export function TakenBack<Variables extends { input: object }>({ record, document, onDone }: TakenBackProps<Variables>) {
  return (
    <div role="status">
      {t("taken_back_now")}
      <Step record={record} document={document} name={t("restore")} of={t("taken_back_now")} reason={t("reason_restored_it")} onDone={onDone} />
    </div>
  );
}

interface FieldProps {
  name: string;
  label: string;
  value?: string | number | null;
  rows?: number;
  required?: boolean;
  type?: string;
  step?: string;
  [attribute: `max${string}` | `min${string}`]: number | undefined;
}

/** A labelled field of a form; of several lines where `rows` are told. */
export function Field({ name, label, value, rows, type = "text", ...rest }: FieldProps) {
  const id = useId();
  const { refused, ...telling } = useTelling(name);
  const shared = { id, name, defaultValue: value ?? "", ...rest, ...telling };
  return (
    <>
      <label htmlFor={id}>{label}</label>
      {rows ? <textarea {...shared} rows={rows} /> : <input {...shared} type={type} />}
      {refused}
    </>
  );
}

interface ChoiceProps {
  name: string;
  label: string;
  /** Values with what is said of them. */
  among: readonly (readonly [string, string])[];
  value?: string | number | null;
  /** What is said of no choice; without it there is one. */
  none?: string;
}

/** A labelled choice of one among some. */
export function Choice({ name, label, among, value, none }: ChoiceProps) {
  const id = useId();
  const { refused, ...telling } = useTelling(name);
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <select id={id} name={name} defaultValue={value ?? undefined} required={none === undefined} {...telling}>
        {none !== undefined && <option value="">{none}</option>}
        {among.map(([one, said]) => <option key={one} value={one}>{said}</option>)}
      </select>
      {refused}
    </>
  );
}

/** What has a field say why it was refused, and that notice. */
function useTelling(name: string) {
  const id = useId();
  const refusal = useContext(RefusedHere);
  const at = refusal?.field === name ? refusal : undefined;
  return {
    "data-tells": true,
    "aria-invalid": at && true,
    "aria-describedby": at && id,
    refused: at && <p id={id} role="alert" className="problem">{refusalText(at)}</p>,
  };
}

/** A box to tick. */
export function Tick({ name, label, on = false }: { name: string; label: string; on?: boolean }) {
  return <label><input type="checkbox" name={name} defaultChecked={on} /> {label}</label>;
}

/** The text of a form's field; null where it is empty. */
export const textIn = (fields: FormData, name: string): string | null => String(fields.get(name) ?? "").trim() || null;

/** The number of a form's field; null where it is empty. */
export function numberIn(fields: FormData, name: string): number | null {
  const text = textIn(fields, name);
  return text === null ? null : Number(text);
}

/** The lines of a form's field that say something. */
export const linesIn = (fields: FormData, name: string): string[] =>
  String(fields.get(name) ?? "").split("\n").map((line) => line.trim()).filter(Boolean);
