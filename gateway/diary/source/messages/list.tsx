/** The conversations of the viewer, the newest first, and a new one. */
import { useState } from "react";
import { Link } from "wouter";
import { useData } from "../epoch";
import { ConversationsDocument } from "../generated/graphql";
import { useNewPost } from "../post";
import type { Viewer } from "../session";
import { moment, t } from "../texts";
import { goneText } from "../ui/moderated";
import { Problem, Waiting } from "../ui/notices";
import { Nowhere } from "../ui/nowhere";
import { Turning, newestFirst } from "../ui/pages";
import { SchoolPicker, useSchoolAsked } from "../ui/schools";
import { useSearch } from "../ui/search";
import { Begin } from "./begin";
import { MessageSettings } from "./settings";
import { titleOf } from "./title";

export default function Messages({ viewer }: { viewer: Viewer }) {
  const school = useSchoolAsked(viewer);
  if (!school) return <Nowhere />;
  return (
    <>
      <h1>{t("nav_messages")}</h1>
      <SchoolPicker viewer={viewer} school={school} />
      <OfSchool key={school.id} school={school.id} viewer={viewer} />
    </>
  );
}

function OfSchool({ school, viewer }: { school: string; viewer: Viewer }) {
  const [before, setBefore] = useState<string | null>(null);
  const [search, field] = useSearch(() => setBefore(null));
  const { data, error, waiting, again } = useData(ConversationsDocument, { school, search, before });
  useNewPost(again);
  const found = data?.school?.conversations;
  const newest = newestFirst(found);
  const me = viewer.account.displayName;
  return (
    <>
      {data?.school?.viewerMay.includes("startConversation") && <Begin school={school} />}
      <p className="fields" role="search">{field}</p>
      {waiting && <Waiting />}
      {!waiting && !found && <Problem error={error} />}
      {found && newest.length === 0 && <p>{t("nothing_here")}</p>}
      <ul className="notices conversations">
        {newest.map((node) => (
          <li key={node.id}>
            <Link href={`/diary/messages/${encodeURIComponent(node.id)}`}>
              {node.unread > 0 ? <strong>{titleOf(node, me)}</strong> : titleOf(node, me)}
            </Link>{" "}
            <span className="state">
              {[node.unread > 0 && t("unread", { count: node.unread }), node.muted && t("muted")].filter(Boolean).join(", ")}
            </span>
            {node.lastMessage && (
              <small className="last">
                {node.lastMessage.by}: {node.lastMessage.text ?? goneText(node.lastMessage)} · {moment(node.lastMessage.sentAt)}
              </small>
            )}
          </li>
        ))}
      </ul>
      <Turning before={before} page={found?.pageInfo} onTurn={setBefore} />
      {data?.school && <MessageSettings school={school} rests={data.school.viewerMay.includes("setMessageRest")} />}
    </>
  );
}
