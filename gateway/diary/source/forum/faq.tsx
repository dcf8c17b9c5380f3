/** Questions that the office answers for all, in the language of the page or in the other one. */
import { useDeferredValue, useState } from "react";
import { useData } from "../epoch";
import { FaqDocument } from "../generated/graphql";
import { type Viewer, schoolOf } from "../session";
import { language, t } from "../texts";
import { Problem, Waiting } from "../ui/notices";

export default function Faq({ viewer }: { viewer: Viewer }) {
  const school = schoolOf(viewer);
  const [typed, setTyped] = useState("");
  const search = useDeferredValue(typed.trim()) || null;
  const { data, error, waiting } = useData(FaqDocument, { school: school?.id ?? "", search }, !school);
  const entries = data?.school?.faq;
  return (
    <>
      <h1>{t("nav_faq")} <small>{school?.name}</small></h1>
      <p className="fields">
        <label htmlFor="search">{t("search")}</label>
        <input id="search" type="search" value={typed} autoComplete="off" onChange={({ target }) => setTyped(target.value)} />
      </p>
      {waiting ? <Waiting /> : !entries ? <Problem error={error} /> : (
        <ul className="notices">
          {entries.map((one) => {
            const russian = (language() === "ru" && one.questionRu) || !one.questionEn;
            return (
              <li key={one.id} lang={russian ? "ru" : "en"}>
                <details open={Boolean(search)}>
                  <summary>{russian ? one.questionRu : one.questionEn}</summary>
                  <p>{russian ? one.answerRu : one.answerEn}</p>
                </details>
              </li>
            );
          })}
        </ul>
      )}
    </>
  );
}
