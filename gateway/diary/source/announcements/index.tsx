/** What the school, classes and courses have announced to the viewer, the newest first. */
import { useDeferredValue, useState } from "react";
import { useClient } from "urql";
import { useData } from "../epoch";
import { type AnnouncedFragment, AnnouncementsDocument, ReadAnnouncementDocument } from "../generated/graphql";
import type { Viewer } from "../session";
import { moment, t } from "../texts";
import { Files } from "../ui/files";
import { Problem, Waiting } from "../ui/notices";
import { NewAnnouncement } from "./new-announcement";
import { SchoolPicker, usePlaces, useSchoolAsked } from "./places";

type School = Viewer["schools"][number];

export default function Announcements({ viewer }: { viewer: Viewer }) {
  const school = useSchoolAsked(viewer);
  if (!school) return <Problem />;
  return (
    <>
      <h1>{t("nav_announcements")} <small>{school.name}</small></h1>
      <SchoolPicker viewer={viewer} school={school} />
      <OfSchool key={school.id} viewer={viewer} school={school} />
    </>
  );
}

function OfSchool({ viewer, school }: { viewer: Viewer; school: School }) {
  const [typed, setTyped] = useState("");
  const [unread, setUnread] = useState(false);
  const search = useDeferredValue(typed.trim()) || null;
  const places = usePlaces(viewer, school, "announcement");
  return (
    <>
      {places.length > 0 && <NewAnnouncement school={school.id} places={places} />}
      <p className="fields">
        <label htmlFor="search">{t("search")}</label>
        <input id="search" type="search" value={typed} autoComplete="off" onChange={({ target }) => setTyped(target.value)} />
        <label><input type="checkbox" checked={unread} onChange={({ target }) => setUnread(target.checked)} /> {t("unread_only")}</label>
      </p>
      <Pages key={`${unread} ${search}`} school={school} search={search} unread={unread} reader={viewer.account.displayName} />
    </>
  );
}

interface Asked {
  school: School;
  search: string | null;
  unread: boolean;
  reader: string;
}

function Pages(asked: Asked) {
  const [pages, setPages] = useState<string[]>([]);
  return (
    <ul className="notices">
      {["", ...pages].map((before, index) => (
        <Page key={before} {...asked} before={before || null} onMore={index === pages.length ? (next) => setPages([...pages, next]) : undefined} />
      ))}
    </ul>
  );
}

function Page({ school, search, unread, reader, before, onMore }: Asked & { before: string | null; onMore?: (next: string) => void }) {
  const { data, error, waiting } = useData(AnnouncementsDocument, { school: school.id, search, unread, before });
  if (waiting) return <li><Waiting /></li>;
  const found = data?.school?.announcements;
  if (!found) return <li><Problem error={error} /></li>;
  const newest = [...found.edges].reverse().flatMap(({ node }) => node ?? []);
  const { hasPreviousPage, startCursor } = found.pageInfo;
  return (
    <>
      {!before && newest.length === 0 && <li>{t("nothing_here")}</li>}
      {newest.map((one) => <One key={one.id} one={one} own={one.by === reader} timeZone={school.timeZone} />)}
      {onMore && hasPreviousPage && startCursor && (
        <li><button type="button" onClick={() => onMore(startCursor)}>{t("earlier")}</button></li>
      )}
    </>
  );
}

/** Its text is shown where it is opened, which the gateway is told: then it is read. */
function One({ one, own, timeZone }: { one: AnnouncedFragment; own: boolean; timeZone: string }) {
  const client = useClient();
  const [open, setOpen] = useState(false);
  const unread = !one.readAt && !own;
  const place = one.classGroup?.name ?? one.course?.title ?? t("whole_school");

  function toggle() {
    setOpen(!open);
    if (open || !unread || !one.viewerMay.includes("readAnnouncement")) return;
    void client.mutation(ReadAnnouncementDocument, { input: { announcement: one.id } }).toPromise();
  }

  return (
    <li>
      <button type="button" className="quiet" aria-expanded={open} onClick={toggle}>
        {unread ? <strong>{one.title}</strong> : one.title}
      </button>{" "}
      <small>{[place, one.by, moment(one.publishedAt, timeZone)].filter(Boolean).join(" · ")}</small>{" "}
      {unread && <span className="state">{t("not_read")}</span>}
      {open && (
        <>
          <p>{one.text}</p>
          <Files files={one.files} />
        </>
      )}
    </li>
  );
}
