/** The conversations of the viewer, the newest first, and a new one. */
import { useDeferredValue, useState } from "react";
import { Link } from "wouter";
import { useData } from "../epoch";
import { ConversationsDocument } from "../generated/graphql";
import { useNewPost } from "../post";
import { type Viewer, schoolOf } from "../session";
import { moment, t } from "../texts";
import { Problem, Waiting } from "../ui/notices";
import { Begin } from "./begin";
import { titleOf } from "./title";

export default function Messages({ viewer }: { viewer: Viewer }) {
  const [chosen, setChosen] = useState(schoolOf(viewer)?.id);
  return (
    <>
      <h1>{t("nav_messages")}</h1>
      {viewer.schools.length > 1 && (
        <p className="choices" role="group" aria-label={t("schools")}>
          {viewer.schools.map(({ id, name }) => (
            <button key={id} type="button" aria-pressed={id === chosen} onClick={() => setChosen(id)}>{name}</button>
          ))}
        </p>
      )}
      {chosen ? <OfSchool key={chosen} school={chosen} viewer={viewer} /> : <Problem />}
    </>
  );
}

function OfSchool({ school, viewer }: { school: string; viewer: Viewer }) {
  const [typed, setTyped] = useState("");
  const [before, setBefore] = useState<string | null>(null);
  const search = useDeferredValue(typed.trim()) || null;
  const { data, error, waiting, ask } = useData(ConversationsDocument, { school, search, before });
  useNewPost(ask);
  const found = data?.school?.conversations;
  const newest = [...(found?.edges ?? [])].reverse();
  const me = viewer.account.displayName;
  return (
    <>
      {data?.school?.viewerMay.includes("startConversation") && <Begin school={school} />}
      <p className="fields" role="search">
        <label htmlFor="search">{t("search")}</label>
        <input id="search" type="search" value={typed} autoComplete="off" onChange={({ target }) => { setBefore(null); setTyped(target.value); }} />
      </p>
      {waiting && <Waiting />}
      {!waiting && !found && <Problem error={error} />}
      {found && newest.length === 0 && <p>{t("nothing_here")}</p>}
      <ul className="notices conversations">
        {newest.map(({ node }) => node && (
          <li key={node.id}>
            <Link href={`/diary/messages/${encodeURIComponent(node.id)}`}>
              {node.unread > 0 ? <strong>{titleOf(node, me)}</strong> : titleOf(node, me)}
            </Link>{" "}
            <span className="state">
              {[node.unread > 0 && t("unread", { count: node.unread }), node.muted && t("muted")].filter(Boolean).join(", ")}
            </span>
            {node.lastMessage && (
              <small className="last">
                {node.lastMessage.by}: {node.lastMessage.text ?? t(node.lastMessage.withdrawn ? "taken_back" : "hidden_by_moderators")} · {moment(node.lastMessage.sentAt)}
              </small>
            )}
          </li>
        ))}
      </ul>
      {before && <button type="button" onClick={() => setBefore(null)}>{t("newest")}</button>}{" "}
      {found?.pageInfo.hasPreviousPage && (
        <button type="button" onClick={() => setBefore(found.pageInfo.startCursor ?? null)}>{t("earlier")}</button>
      )}
    </>
  );
}
