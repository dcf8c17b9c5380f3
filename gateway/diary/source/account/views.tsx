/** The views that the account keeps: a name with a child and a language, to switch to at once. */
import { useState } from "react";
import { useClient } from "urql";
import { useLocation } from "wouter";
import { pupilsOf } from "../family/students";
import { type ProfileFragment, RemoveProfileDocument, SaveProfileDocument } from "../generated/graphql";
import { type AnyMutation, type Refusal, refusalOf } from "../outbox";
import type { Viewer } from "../session";
import { type Language, choose, language, languages, t } from "../texts";
import { RefusalNotice } from "../ui/notices";
import { AccountForm } from "./form";

interface Props {
  profiles: readonly ProfileFragment[];
  viewer: Viewer;
  onDone: () => void;
}

export function Views({ profiles, viewer, onDone }: Props) {
  const client = useClient();
  const [, go] = useLocation();
  const [refusal, setRefusal] = useState<Refusal>();
  const pupils = pupilsOf(viewer);

  async function remove(id: string) {
    setRefusal(refusalOf(await client.mutation(RemoveProfileDocument, { input: { id } }).toPromise()));
    onDone();
  }

  async function show({ language, student }: ProfileFragment) {
    if (language && language in languages) await choose(language as Language);
    go(student ? `/diary/week?child=${encodeURIComponent(student.id)}` : "/");
  }

  return (
    <section aria-labelledby="views">
      <h2 id="views">{t("views")}</h2>
      <ul className="notices">
        {profiles.map((one) => (
          <li key={one.id}>
            <button type="button" onClick={() => void show(one)}>{one.name}</button>{" "}
            {[one.student?.displayName, languages[one.language as Language]].filter(Boolean).join(", ")}{" "}
            <button type="button" className="quiet" aria-label={`${t("remove")}: ${one.name}`} onClick={() => void remove(one.id)}>{t("remove")}</button>
          </li>
        ))}
      </ul>
      <RefusalNotice refusal={refusal} />
      <details>
        <summary>{t("new_view")}</summary>
        <AccountForm document={SaveProfileDocument as AnyMutation} button={t("save")} done={t("view_saved")} onDone={onDone} input={(typed) => ({ name: typed("view-name"), student: typed("view-child") || null, language: typed("view-language") || null })}>
          <label htmlFor="view-name">{t("name")}</label>
          <input id="view-name" name="view-name" maxLength={60} required />
          {pupils.length > 0 && (
            <>
              <label htmlFor="view-child">{t("student")}</label>
              <select id="view-child" name="view-child">
                {pupils.map(({ id, displayName }) => <option key={id} value={id}>{displayName}</option>)}
              </select>
            </>
          )}
          <label htmlFor="view-language">{t("language")}</label>
          <select id="view-language" name="view-language" defaultValue={language()}>
            {Object.entries(languages).map(([code, name]) => <option key={code} value={code} lang={code}>{name}</option>)}
          </select>
        </AccountForm>
      </details>
    </section>
  );
}
