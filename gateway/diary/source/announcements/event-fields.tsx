/** What an event is, in a form. */
import { useId } from "react";
import { instantIn, localIn } from "../dates";
import type { HappeningFragment } from "../generated/graphql";
import { t, word } from "../texts";
import { Field, numberIn, textIn } from "../ui/steps";

const KINDS = ["PARENTS_MEETING", "TRIP", "EXAM", "CELEBRATION", "OTHER"] as const;

export function EventFields({ one, timeZone }: { one?: HappeningFragment; timeZone: string }) {
  const kind = useId();
  const local = (instant: string | undefined) => instant && localIn(timeZone, instant);
  return (
    <>
      <label htmlFor={kind}>{t("kind")}</label>
      <select id={kind} name="kind" defaultValue={one?.kind}>
        {KINDS.map((each) => <option key={each} value={each}>{word("event_kind", each)}</option>)}
      </select>
      <Field name="title" label={t("called")} value={one?.title} required maxLength={200} />
      <Field name="startsAt" label={t("event_starts")} value={local(one?.startsAt)} type="datetime-local" required />
      <Field name="endsAt" label={t("event_ends")} value={local(one?.endsAt)} type="datetime-local" required />
      <Field name="location" label={t("event_where")} value={one?.location} maxLength={200} />
      <Field name="description" label={t("event_about")} value={one?.description} rows={4} maxLength={10000} />
    </>
  );
}

export function PlacesField({ places }: { places?: number | null }) {
  return <Field name="places" label={t("event_places")} value={places} type="number" min={1} max={10000} />;
}

export function eventIn(fields: FormData, timeZone: string) {
  const asksReplies = fields.has("asksReplies");
  return {
    kind: textIn(fields, "kind"),
    title: textIn(fields, "title") ?? "",
    startsAt: instantIn(timeZone, String(fields.get("startsAt"))),
    endsAt: instantIn(timeZone, String(fields.get("endsAt"))),
    location: textIn(fields, "location"),
    description: textIn(fields, "description"),
    asksReplies,
    places: asksReplies ? numberIn(fields, "places") : null,
  };
}
