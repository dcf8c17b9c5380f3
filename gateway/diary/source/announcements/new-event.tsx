/** The form by which the office and teachers add an event. */
import { useState } from "react";
import { useClient } from "urql";
import { AddClassGroupEventDocument, AddCourseEventDocument, AddSchoolEventDocument } from "../generated/graphql";
import { type AnyMutation, refusalOf } from "../outbox";
import { t } from "../texts";
import { useForm } from "../ui/form";
import { RefusalNotice } from "../ui/notices";
import { EventFields, PlacesField, eventIn } from "./event-fields";
import { type Place, ToWhom, chosen } from "./places";

const SENT = {
  School: AddSchoolEventDocument,
  ClassGroup: AddClassGroupEventDocument,
  Course: AddCourseEventDocument,
} as unknown as Record<Place["kind"], AnyMutation>;

export function NewEvent({ places, timeZone }: { places: readonly Place[]; timeZone: string }) {
  const client = useClient();
  const [asks, setAsks] = useState(false);
  const { busy, done, refusal, send } = useForm(async (fields) => {
    const { kind, input: toWhom } = chosen(fields, places);
    const input = { ...toWhom, ...eventIn(fields, timeZone) };
    const refused = refusalOf(await client.mutation(SENT[kind], { input }).toPromise());
    if (!refused) setAsks(false);
    return refused;
  });

  return (
    <details>
      <summary>{t("new_event")}</summary>
      <form className="fields" onSubmit={(event) => void send(event)}>
        <ToWhom places={places} />
        <EventFields timeZone={timeZone} />
        <label><input type="checkbox" name="asksReplies" checked={asks} onChange={({ target }) => setAsks(target.checked)} /> {t("asks_replies")}</label>
        {asks && <PlacesField />}
        <button type="submit" className="first" disabled={busy}>{t("add_event")}</button>
        <RefusalNotice refusal={refusal} />
        {done && <p role="status">{t("added_event")}</p>}
      </form>
    </details>
  );
}
