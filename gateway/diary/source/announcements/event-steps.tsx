/** An event changed, called off and restored by its author or the office. */
import { ChangeEventDocument, type HappeningFragment, RestoreEventDocument, WithdrawEventDocument } from "../generated/graphql";
import { t } from "../texts";
import { Step, Tick } from "../ui/steps";
import { EventFields, PlacesField, eventIn } from "./event-fields";

export function EventSteps({ one, timeZone }: { one: HappeningFragment; timeZone: string }) {
  const of = one.title;
  const may = (name: (typeof one.viewerMay)[number]) => one.viewerMay.includes(name);

  return (
    <>
      {may("changeEvent") && (
        <Step record={one} document={ChangeEventDocument} name={t("change_it")} of={of} input={(fields) => eventIn(fields, timeZone)}>
          <EventFields one={one} timeZone={timeZone} />
          <Tick name="asksReplies" label={t("asks_replies")} on={one.asksReplies} />
          <PlacesField places={one.places} />
        </Step>
      )}
      {may("withdrawEvent") && <Step record={one} document={WithdrawEventDocument} name={t("call_off")} of={of} reason={t("called_off")} />}
      {may("restoreEvent") && <Step record={one} document={RestoreEventDocument} name={t("restore")} of={of} reason={t("reason_restored_it")} />}
    </>
  );
}
