/** What the school, classes and courses have announced to the viewer, the newest first. */
import { useState } from "react";
import { useClient } from "urql";
import { useData } from "../epoch";
import { type AnnouncedFragment, AnnouncementsDocument, ReadAnnouncementDocument, RestoreAnnouncementDocument, WithdrawnAnnouncementsDocument } from "../generated/graphql";
import { type School, type Viewer, officeSchool } from "../session";
import { moment, t } from "../texts";
import { Files } from "../ui/files";
import { Problem, Waiting } from "../ui/notices";
import { More, Pages, newestFirst } from "../ui/pages";
import { PutAway } from "../ui/put-away";
import { InSchool } from "../ui/schools";
import { useSearch } from "../ui/search";
import { Step, TakenBack, type Versioned } from "../ui/steps";
import { AnnouncementSteps } from "./announcement-steps";
import { NewAnnouncement } from "./new-announcement";
import { placeName, usePlaces } from "./places";

export default function Announcements({ viewer }: { viewer: Viewer }) {
  return <InSchool viewer={viewer} title={t("nav_announcements")}>{(school) => <OfSchool viewer={viewer} school={school} />}</InSchool>;
}

function OfSchool({ viewer, school }: { viewer: Viewer; school: School }) {
  const [search, field] = useSearch();
  const [unread, setUnread] = useState(false);
  const [takenBack, setTakenBack] = useState<Versioned>();
  const places = usePlaces(viewer, school, "announcement");
  return (
    <>
      {takenBack && <TakenBack key={takenBack.id} record={takenBack} document={RestoreAnnouncementDocument} onDone={() => setTakenBack(undefined)} />}
      {places.length > 0 && <NewAnnouncement school={school.id} places={places} />}
      <p className="fields">
        {field}
        <label><input type="checkbox" checked={unread} onChange={({ target }) => setUnread(target.checked)} /> {t("unread_only")}</label>
      </p>
      <ul className="notices">
        <Pages
          key={`${unread} ${search}`}
          page={(before, onMore) => (
            <Page
              school={school}
              search={search}
              unread={unread}
              reader={viewer.account.displayName}
              before={before}
              onMore={onMore}
              onTakenBack={setTakenBack}
            />
          )}
        />
      </ul>
      {officeSchool(viewer)?.id === school.id && (
        <PutAway
          withdrawn
          of={t("nav_announcements")}
          document={WithdrawnAnnouncementsDocument}
          variables={{ school: school.id }}
          all={(data) => newestFirst(data.school?.withdrawnAnnouncements)}
          named={({ title }) => <strong>{title}</strong>}
          told={({ by, publishedAt }) => [by, moment(publishedAt, school.timeZone)].join(", ")}
          back={(one) => one.viewerMay.includes("restoreAnnouncement") && (
            <Step record={one} document={RestoreAnnouncementDocument} name={t("restore")} of={one.title ?? ""} reason={t("reason_restored_it")} />
          )}
        />
      )}
    </>
  );
}

interface PageProps {
  school: School;
  search: string | null;
  unread: boolean;
  reader: string;
  before: string | null;
  onMore?: (next: string) => void;
  onTakenBack: (one: Versioned) => void;
}

function Page({ school, search, unread, reader, before, onMore, onTakenBack }: PageProps) {
  const { data, error, waiting } = useData(AnnouncementsDocument, { school: school.id, search, unread, before });
  if (waiting) return <li><Waiting /></li>;
  const found = data?.school?.announcements;
  if (!found) return <li><Problem error={error} /></li>;
  const newest = newestFirst(found);
  return (
    <>
      {!before && newest.length === 0 && <li>{t("nothing_here")}</li>}
      {newest.map((one) => (
        <One key={one.id} one={one} own={one.by === reader} school={school} onTakenBack={onTakenBack} />
      ))}
      <More page={found.pageInfo} onMore={onMore} listed />
    </>
  );
}

interface OneProps {
  one: AnnouncedFragment;
  own: boolean;
  school: School;
  onTakenBack: (one: Versioned) => void;
}

/** Its text is shown where it is opened, which the gateway is told: then it is read. */
function One({ one, own, school, onTakenBack }: OneProps) {
  const client = useClient();
  const [open, setOpen] = useState(false);
  const unread = !one.readAt && !own;

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
      <small>{[placeName(one), one.by, moment(one.publishedAt, school.timeZone)].filter(Boolean).join(" · ")}</small>{" "}
      {unread && <span className="state">{t("not_read")}</span>}
      {open && (
        <>
          <p>{one.text}</p>
          <Files files={one.files} />
          <AnnouncementSteps one={one} school={school} onTakenBack={onTakenBack} />
        </>
      )}
    </li>
  );
}
