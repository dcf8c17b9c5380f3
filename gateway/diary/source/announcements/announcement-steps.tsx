/** An announcement changed and taken back by its author or the office, and who has read it. */
import { useData } from "../epoch";
import { filesOf, uploadAll } from "../files";
import {
  type AnnouncedFragment,
  ChangeAnnouncementDocument,
  ReadingsDocument,
  WithdrawAnnouncementDocument,
} from "../generated/graphql";
import type { School } from "../session";
import { moment, t } from "../texts";
import { Disclosure } from "../ui/disclosure";
import { FilesField, KeptFiles, keptIn } from "../ui/files";
import { Problem, Waiting } from "../ui/notices";
import { More, Pages } from "../ui/pages";
import { Field, Step, type Versioned, textIn } from "../ui/steps";

interface Props {
  one: AnnouncedFragment;
  school: School;
  onTakenBack: (one: Versioned) => void;
}

export function AnnouncementSteps({ one, school, onTakenBack }: Props) {
  const of = one.title ?? "";
  if (!one.viewerMay.includes("changeAnnouncement")) return null;

  async function changed(fields: FormData) {
    const added = await uploadAll(filesOf(fields), school.id, "ANNOUNCEMENT");
    return { title: textIn(fields, "title"), text: textIn(fields, "text"), files: [...keptIn(fields), ...added] };
  }

  return (
    <>
      <ReadBy announcement={one.id} of={of} timeZone={school.timeZone} />
      <Step record={one} document={ChangeAnnouncementDocument} name={t("change_it")} of={of} input={changed}>
        <Field name="title" label={t("what_about")} value={one.title} required maxLength={200} />
        <Field name="text" label={t("text")} value={one.text} rows={5} required maxLength={10000} />
        <KeptFiles files={one.files} />
        <FilesField />
      </Step>
      <Step record={one} document={WithdrawAnnouncementDocument} name={t("withdraw")} of={of} reason={t("reason_taken_back")} onDone={onTakenBack} />
    </>
  );
}

function ReadBy({ announcement, of, timeZone }: { announcement: string; of: string; timeZone: string }) {
  return (
    <Disclosure summary={t("who_has_read")} label={`${t("who_has_read")}: ${of}`} className="step" anew>
      <ol>
        <Pages page={(after, onMore) => <Readers announcement={announcement} timeZone={timeZone} after={after} onMore={onMore} />} />
      </ol>
    </Disclosure>
  );
}

interface ReadersProps {
  announcement: string;
  timeZone: string;
  after: string | null;
  onMore?: (next: string) => void;
}

function Readers({ announcement, timeZone, after, onMore }: ReadersProps) {
  const { data, error, waiting } = useData(ReadingsDocument, { announcement, after });
  if (waiting) return <li><Waiting /></li>;
  const found = data?.node && "readings" in data.node ? data.node.readings : null;
  if (!found) return <li><Problem error={error} /></li>;
  return (
    <>
      {!after && found.edges.length === 0 && <li>{t("nobody")}</li>}
      {found.edges.map(({ node }) => node && <li key={`${node.by} ${node.at}`}>{node.by} <small>{moment(node.at, timeZone)}</small></li>)}
      <More page={found.pageInfo} onMore={onMore} listed quiet />
    </>
  );
}
