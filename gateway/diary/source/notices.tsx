/** What concerns one: the notices, each of which leads to the thing itself, and how they are told. */
import { type FormEvent, useState } from "react";
import { useClient } from "urql";
import { Link } from "wouter";
import { recount, useNewNotices } from "./bell";
import { useData } from "./epoch";
import {
  MarkNoticesReadDocument,
  NoticeMail,
  type NoticeSettingsQuery,
  NoticeSettingsDocument,
  NoticesDocument,
  RemovePushDeviceDocument,
  SetNoticeSettingsDocument,
} from "./generated/graphql";
import { type Refusal, refusalOf } from "./outbox";
import { mayPush, ownDevice, pushElsewhere, pushHere } from "./push";
import { language, moment, t, word } from "./texts";
import { Problem, RefusalNotice, Waiting } from "./ui/notices";
import { More, Pages } from "./ui/pages";
import { Scroll } from "./ui/scroll";
import { textIn } from "./ui/steps";

type Settings = NonNullable<NoticeSettingsQuery["viewer"]>["noticeSettings"];
type Way = Settings["ways"][number];

export default function Notices() {
  return (
    <>
      <h1>{t("notices")}</h1>
      <ul className="notices">
        <Pages page={(after, onMore) => <Page after={after} onMore={onMore} />} />
      </ul>
      <Ways />
    </>
  );
}

function Page({ after, onMore }: { after: string | null; onMore?: (next: string) => void }) {
  const client = useClient();
  const { data, error, waiting, again } = useData(NoticesDocument, { after, language: language() });
  useNewNotices(again);
  if (waiting) return <li><Waiting /></li>;
  if (!data?.viewer) return <li><Problem error={error} /></li>;
  const { edges, pageInfo } = data.viewer.notices;
  const found = edges.flatMap(({ node }) => (node ? [node] : []));
  const [newest] = found;

  async function read(input: { ids?: string[]; upTo?: string }) {
    await client.mutation(MarkNoticesReadDocument, { input }).toPromise();
    again();
    recount();
  }

  return (
    <>
      {!after && newest && data.viewer.unreadNotices > 0 && (
        <li>
          <button type="button" onClick={() => void read({ upTo: newest.id })}>{t("mark_all_read")}</button>
        </li>
      )}
      {!after && found.length === 0 && <li>{t("no_notices")}</li>}
      {found.map((one) => (
        <li key={one.id}>
          <Link href={one.path} onClick={() => void (one.read || read({ ids: [one.id] }))}>
            {one.read ? one.text : <strong>{one.text}</strong>}
          </Link>{" "}
          <small>{moment(one.at)}</small>
        </li>
      ))}
      <More page={pageInfo} onMore={onMore} listed quiet />
    </>
  );
}

function Ways() {
  const client = useClient();
  const { data, error, waiting, again } = useData(NoticeSettingsDocument, {});
  const [refusal, setRefusal] = useState<Refusal>();
  const [own, setOwn] = useState(ownDevice);
  if (waiting) return <Waiting />;
  if (!data?.viewer) return <Problem error={error} />;
  const settings = data.viewer.noticeSettings;
  const { ways, quietFrom, quietUntil, devices } = settings;

  async function set(input: { ways?: Way[]; quietHours?: { begins: string | null; ends: string | null } }) {
    const given = { ...input, ways: input.ways?.map(({ kind, inApp, mail, push }) => ({ kind, inApp, mail, push })) };
    setRefusal(refusalOf(await client.mutation(SetNoticeSettingsDocument, { input: given }).toPromise()));
    again();
    recount();
  }

  async function remove(id: string) {
    setRefusal(refusalOf(await client.mutation(RemovePushDeviceDocument, { input: { id } }).toPromise()));
    again();
  }

  async function here(changed: Promise<Refusal | undefined>) {
    setRefusal(await changed);
    setOwn(ownDevice());
    again();
  }

  function rest(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    void set({ quietHours: { begins: textIn(fields, "begins"), ends: textIn(fields, "ends") } });
  }

  return (
    <>
      <h2>{t("how_told")}</h2>
      <RefusalNotice refusal={refusal} />
      <Scroll>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t("about")}</th>
              <th scope="col">{t("in_app")}</th>
              <th scope="col">{t("by_mail")}</th>
              <th scope="col">{t("by_push")}</th>
            </tr>
          </thead>
          <tbody>
            {ways.map((way) => (
              <tr key={way.kind}>
                <th scope="row">{word("notice", way.kind)}</th>
                <td>
                  <input
                    type="checkbox"
                    aria-label={`${word("notice", way.kind)}: ${t("in_app")}`}
                    checked={way.inApp}
                    onChange={(event) => void set({ ways: [{ ...way, inApp: event.target.checked }] })}
                  />
                </td>
                <td>
                  <select
                    aria-label={`${word("notice", way.kind)}: ${t("by_mail")}`}
                    value={way.mail}
                    onChange={(event) => void set({ ways: [{ ...way, mail: event.target.value as NoticeMail }] })}
                  >
                    {(["NEVER", "AT_ONCE", "DAILY", "WEEKLY"] as const).map((when) => (
                      <option key={when} value={when}>{word("mail", when)}</option>
                    ))}
                  </select>
                </td>
                <td>
                  <input
                    type="checkbox"
                    aria-label={`${word("notice", way.kind)}: ${t("by_push")}`}
                    checked={way.push}
                    onChange={(event) => void set({ ways: [{ ...way, push: event.target.checked }] })}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <form className="fields" onSubmit={rest} key={`${quietFrom} ${quietUntil}`}>
        <label htmlFor="begins">{t("quiet_from")}</label>
        <input id="begins" name="begins" type="time" defaultValue={quietFrom?.slice(0, 5)} />
        <label htmlFor="ends">{t("quiet_until")}</label>
        <input id="ends" name="ends" type="time" defaultValue={quietUntil?.slice(0, 5)} />
        <button type="submit">{t("save")}</button>
      </form>
      {mayPush() && (
        <p>
          {devices.some(({ id }) => id === own) ? (
            <button type="button" onClick={() => void here(pushElsewhere(client))}>{t("push_off")}</button>
          ) : (
            <button type="button" onClick={() => void here(pushHere(client, settings))}>{t("push_on")}</button>
          )}
        </p>
      )}
      {devices.length > 0 && (
        <ul className="notices">
          {devices.map((one) => (
            <li key={one.id}>
              {one.name ?? t("some_device")}{" "}
              <button type="button" className="quiet" onClick={() => void remove(one.id)}>{t("remove_device")}</button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
