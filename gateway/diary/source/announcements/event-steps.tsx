/** An event changed, called off and restored by its author or the office. */
import { useId } from "react";
import { instantIn, localIn } from "../dates";
import { ChangeEventDocument, type HappeningFragment, RestoreEventDocument, WithdrawEventDocument } from "../generated/graphql";
import { t, word } from "../texts";
import { Field, Step, Tick, numberIn, textIn } from "../ui/steps";
import { KINDS } from "./new-event";

export function EventSteps({ one, timeZone }: { one: HappeningFragment; timeZone: string }) {
  const kind = useId();
  const of = one.title;
  const may = (name: (typeof one.viewerMay)[number]) => one.viewerMay.includes(name);

  function changed(fields: FormData) {
    const asks = fields.has("asksReplies");
    return {
      kind: textIn(fields, "kind"),
      title: textIn(fields, "title"),
      startsAt: instantIn(timeZone, String(fields.get("startsAt"))),
      endsAt: instantIn(timeZone, String(fields.get("endsAt"))),
      location: textIn(fields, "location"),
      description: textIn(fields, "description"),
      asksReplies: asks,
      places: asks ? numberIn(fields, "places") : null,
    };
  }

  return (
    <>
      {may("changeEvent") && (
        <Step record={one} document={ChangeEventDocument} name={t("change_it")} of={of} input={changed}>
          <label htmlFor={kind}>{t("event_kind")}</label>
          <select id={kind} name="kind" defaultValue={one.kind}>
            {KINDS.map((each) => <option key={each} value={each}>{word("event_kind", each)}</option>)}
          </select>
          <Field name="title" label={t("event_title")} value={one.title} required maxLength={200} />
          <Field name="startsAt" label={t("event_starts")} value={localIn(timeZone, one.startsAt)} type="datetime-local" required />
          <Field name="endsAt" label={t("event_ends")} value={localIn(timeZone, one.endsAt)} type="datetime-local" required />
          <Field name="location" label={t("event_where")} value={one.location} maxLength={200} />
          <Field name="description" label={t("event_about")} value={one.description} rows={4} maxLength={10000} />
          <Tick name="asksReplies" label={t("asks_replies")} on={one.asksReplies} />
          <Field name="places" label={t("event_places")} value={one.places} type="number" min={1} max={10000} />
        </Step>
      )}
      {may("withdrawEvent") && <Step record={one} document={WithdrawEventDocument} name={t("call_off")} of={of} reason={t("called_off")} />}
      {may("restoreEvent") && <Step record={one} document={RestoreEventDocument} name={t("restore")} of={of} reason={t("reason_restored_it")} />}
    </>
  );
}
