/** Calendars that other programs subscribe to: of the lessons, homework and events of oneself or a child. */
import { useState } from "react";
import { useClient } from "urql";
import { useData } from "../epoch";
import { CalendarsDocument, OpenCalendarDocument, RenewCalendarDocument, RevokeCalendarDocument } from "../generated/graphql";
import { type AnyMutation, type Refusal, refusalOf } from "../outbox";
import type { Viewer } from "../session";
import { day, t } from "../texts";
import { RefusalNotice } from "../ui/notices";

export function Calendars({ viewer }: { viewer: Viewer }) {
  const client = useClient();
  const { data, again } = useData(CalendarsDocument, {});
  const [address, setAddress] = useState<string>();
  const [refusal, setRefusal] = useState<Refusal>();
  const calendars = data?.viewer?.calendars ?? [];
  const people = [...viewer.children, ...(viewer.student ? [viewer.student] : []), ...(viewer.teacher ? [{ ...viewer.teacher, displayName: viewer.account.displayName }] : [])];
  const without = people.filter(({ id }) => !calendars.some(({ student, teacher }) => id === (student ?? teacher)?.id));

  async function send(document: unknown, input: object) {
    const result = await client.mutation(document as AnyMutation, { input }).toPromise();
    const [payload] = Object.values(result.data ?? {}) as { address?: string | null }[];
    setRefusal(refusalOf(result));
    setAddress(payload?.address ?? undefined);
    again();
  }

  if (people.length === 0) return null;
  return (
    <section aria-labelledby="calendars">
      <h2 id="calendars">{t("calendars")}</h2>
      <p className="help">{t("calendars_help")}</p>
      <ul className="notices">
        {calendars.map(({ id, student, teacher, lastReadAt }) => (
          <li key={id}>
            {(student ?? teacher)?.displayName} {lastReadAt && <small>{t("read_at", { day: day(lastReadAt.slice(0, 10), { dateStyle: "medium" }) })}</small>}{" "}
            <button type="button" className="quiet" onClick={() => void send(RenewCalendarDocument, { id })}>{t("new_address")}</button>{" "}
            <button type="button" className="quiet" onClick={() => void send(RevokeCalendarDocument, { id })}>{t("end")}</button>
          </li>
        ))}
        {without.map(({ id, displayName }) => (
          <li key={id}>
            <button type="button" onClick={() => void send(OpenCalendarDocument, { of: id })}>{t("calendar_of", { name: displayName })}</button>
          </li>
        ))}
      </ul>
      {address && <p role="status">{t("calendar_address")} <code>{address}</code></p>}
      <RefusalNotice refusal={refusal} />
    </section>
  );
}
