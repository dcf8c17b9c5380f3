/** The form by which the office and teachers add an event. */
import { useState } from "react";
import { useClient } from "urql";
import { instantIn } from "../dates";
import { AddClassGroupEventDocument, AddCourseEventDocument, AddSchoolEventDocument } from "../generated/graphql";
import { type AnyMutation, refusalOf } from "../outbox";
import { t, word } from "../texts";
import { useForm } from "../ui/form";
import { refusalText } from "../ui/notices";
import { type Place, ToWhom, chosen } from "./places";

export const KINDS = ["PARENTS_MEETING", "TRIP", "EXAM", "CELEBRATION", "OTHER"] as const;
const SENT = {
  School: AddSchoolEventDocument,
  ClassGroup: AddClassGroupEventDocument,
  Course: AddCourseEventDocument,
} as unknown as Record<Place["kind"], AnyMutation>;

export function NewEvent({ places, timeZone }: { places: readonly Place[]; timeZone: string }) {
  const client = useClient();
  const [asks, setAsks] = useState(false);
  const { busy, done, refusal, send } = useForm(async (fields) => {
    const text = (name: string) => String(fields.get(name) ?? "").trim() || null;
    const { kind, input: toWhom } = chosen(fields, places);
    const input = {
      ...toWhom,
      kind: text("kind"),
      title: text("title") ?? "",
      description: text("description"),
      location: text("location"),
      startsAt: instantIn(timeZone, String(fields.get("startsAt"))),
      endsAt: instantIn(timeZone, String(fields.get("endsAt"))),
      asksReplies: asks,
      places: asks && text("places") ? Number(text("places")) : null,
    };
    const refused = refusalOf(await client.mutation(SENT[kind], { input }).toPromise());
    if (!refused) setAsks(false);
    return refused;
  });

  return (
    <details>
      <summary>{t("new_event")}</summary>
      <form className="fields" onSubmit={(event) => void send(event)}>
        <ToWhom places={places} />
        <label htmlFor="kind">{t("event_kind")}</label>
        <select id="kind" name="kind">
          {KINDS.map((kind) => <option key={kind} value={kind}>{word("event_kind", kind)}</option>)}
        </select>
        <label htmlFor="title">{t("event_title")}</label>
        <input id="title" name="title" required maxLength={200} />
        <label htmlFor="startsAt">{t("event_starts")}</label>
        <input id="startsAt" name="startsAt" type="datetime-local" required />
        <label htmlFor="endsAt">{t("event_ends")}</label>
        <input id="endsAt" name="endsAt" type="datetime-local" required />
        <label htmlFor="location">{t("event_where")}</label>
        <input id="location" name="location" maxLength={200} />
        <label htmlFor="description">{t("event_about")}</label>
        <textarea id="description" name="description" rows={4} maxLength={10000} />
        <label><input type="checkbox" checked={asks} onChange={({ target }) => setAsks(target.checked)} /> {t("asks_replies")}</label>
        {asks && (
          <>
            <label htmlFor="places">{t("event_places")}</label>
            <input id="places" name="places" type="number" min={1} max={10000} />
          </>
        )}
        <button type="submit" className="first" disabled={busy}>{t("add_event")}</button>
        {refusal && <p role="alert" className="problem">{refusalText(refusal)}</p>}
        {done && <p role="status">{t("added_event")}</p>}
      </form>
    </details>
  );
}
