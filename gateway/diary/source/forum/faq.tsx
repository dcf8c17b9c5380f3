/** Questions that the office answers for all, in the language of the page or in the other one. */
import { useData } from "../epoch";
import { FaqDocument } from "../generated/graphql";
import { type Viewer, firstSchool } from "../session";
import { language, t } from "../texts";
import { Problem, Waiting } from "../ui/notices";
import { PutAway } from "../ui/put-away";
import { useSearch } from "../ui/search";
import { EntryBack, EntrySteps, NewEntry } from "./faq-steps";

export default function Faq({ viewer }: { viewer: Viewer }) {
  const school = firstSchool(viewer);
  const [search, field] = useSearch();
  const { data, error, waiting } = useData(FaqDocument, { school: school?.id ?? "", search }, !school);
  const entries = data?.school?.faq;
  return (
    <>
      <h1>{t("nav_faq")} <small>{school?.name}</small></h1>
      {school && data?.school?.viewerMay.includes("createFaqEntries") && <NewEntry school={school.id} />}
      {school && data?.school?.viewerMay.includes("createFaqEntries") && (
        <PutAway
          of={t("nav_faq")}
          document={FaqDocument}
          variables={{ school: school.id, search: null, putAway: true }}
          all={(found) => found.school?.faq}
          named={(one) => one.questionEn ?? one.questionRu}
          back={(one) => <EntryBack one={one} />}
        />
      )}
      <p className="fields">{field}</p>
      {waiting ? <Waiting /> : !entries ? <Problem error={error} /> : (
        <ul className="notices">
          {entries.length === 0 && <li>{t("nothing_here")}</li>}
          {entries.map((one) => {
            const russian = (language() === "ru" && one.questionRu) || !one.questionEn;
            return (
              <li key={one.id} lang={russian ? "ru" : "en"}>
                <details open={Boolean(search)}>
                  <summary>{russian ? one.questionRu : one.questionEn}</summary>
                  <p>{russian ? one.answerRu : one.answerEn}</p>
                </details>
                <EntrySteps one={one} />
              </li>
            );
          })}
        </ul>
      )}
    </>
  );
}
