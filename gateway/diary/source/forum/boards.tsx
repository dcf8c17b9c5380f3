/** The forum: its boards, the topics of one, searched, and a new topic. */
import { type FormEvent, useState } from "react";
import { useClient } from "urql";
import { Link } from "wouter";
import { useIdAsked } from "../asked";
import { useData } from "../epoch";
import { AddTopicDocument, BoardDocument, BoardsDocument, type TopicLineFragment } from "../generated/graphql";
import { type Refusal, refusalOf } from "../outbox";
import { type Viewer, firstSchool } from "../session";
import { moment, t } from "../texts";
import { Problem, RefusalNotice, Waiting } from "../ui/notices";
import { Nowhere } from "../ui/nowhere";
import { Turning, newestFirst } from "../ui/pages";
import { PutAway } from "../ui/put-away";
import { useSearch } from "../ui/search";
import { BoardBack, BoardSteps, NewBoard } from "./board-steps";

export default function Boards({ viewer }: { viewer: Viewer }) {
  const school = firstSchool(viewer);
  const asked = useIdAsked();
  const { data, error, waiting } = useData(BoardsDocument, { school: school?.id ?? "" }, !school);
  if (waiting) return <Waiting />;
  const boards = data?.school?.forumBoards;
  if (!boards) return <Problem error={error} />;
  const shown = asked || boards[0]?.id;
  const board = boards.find((one) => one.id === shown);
  return (
    <>
      <h1>{t("nav_forum")}</h1>
      <nav aria-label={t("boards")}>
        <ul className="boards">
          {boards.map((one) => (
            <li key={one.id}>
              <Link href={`/diary/forum/${encodeURIComponent(one.id)}`} aria-current={one.id === shown ? "page" : undefined}>
                {one.name}
              </Link>{" "}
              <small>{one.description}</small>
            </li>
          ))}
        </ul>
      </nav>
      {school && data.school?.viewerMay.includes("createForumBoards") && <NewBoard school={school.id} />}
      {school && data.school?.viewerMay.includes("createForumBoards") && (
        <PutAway
          of={t("boards")}
          document={BoardsDocument}
          variables={{ school: school.id, putAway: true }}
          all={(found) => found.school?.forumBoards}
          named={({ name }) => name}
          back={(one) => <BoardBack one={one} />}
        />
      )}
      {board && <BoardSteps key={`steps ${board.id}`} one={board} />}
      {shown ? <Board key={shown} board={shown} /> : <p>{t("nothing_here")}</p>}
    </>
  );
}

function Board({ board }: { board: string }) {
  const [before, setBefore] = useState<string | null>(null);
  const [search, field] = useSearch(() => setBefore(null));
  const { data, error, waiting, again } = useData(BoardDocument, { board, search, before });
  if (waiting) return <Waiting />;
  if (!data?.node || !("topics" in data.node)) return <Nowhere error={error} />;
  const { name, viewerMay, pinned, topics } = data.node;
  const newest = newestFirst(topics);
  return (
    <section>
      <h2>{name} <small>({topics?.totalCount ?? 0})</small></h2>
      <p className="fields">{field}</p>
      <ul className="notices">
        {!search && !before && pinned.map((one) => <Line key={one.id} topic={one} />)}
        {newest.map((one) => (search || !one.pinned) && <Line key={one.id} topic={one} />)}
      </ul>
      <Turning before={before} page={topics?.pageInfo} onTurn={setBefore} />
      {viewerMay.includes("addForumTopic") && <NewTopic board={board} onAdded={again} />}
    </section>
  );
}

function Line({ topic }: { topic: TopicLineFragment }) {
  return (
    <li>
      <Link href={`/diary/topic/${encodeURIComponent(topic.id)}`}>{topic.title ?? t("hidden_by_moderators")}</Link>{" "}
      <small>
        {topic.by} · {moment(topic.writtenAt)} · {t("answers_count", { count: topic.answers?.totalCount ?? 0 })}
      </small>{" "}
      <span className="state">
        {[topic.pinned && t("pinned"), topic.accepted && t("solved"), topic.locked && t("locked_topic"), topic.hidden && t("hidden_state")].filter(Boolean).join(", ")}
      </span>
    </li>
  );
}

function NewTopic({ board, onAdded }: { board: string; onAdded: () => void }) {
  const client = useClient();
  const [refusal, setRefusal] = useState<Refusal>();

  async function add(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const fields = new FormData(form);
    const input = { board, title: String(fields.get("title")), text: String(fields.get("text")) };
    const refused = refusalOf(await client.mutation(AddTopicDocument, { input }).toPromise());
    setRefusal(refused);
    if (refused) return;
    form.reset();
    onAdded();
  }

  return (
    <form className="fields" onSubmit={(event) => void add(event)}>
      <h3>{t("new_topic")}</h3>
      <label htmlFor="title">{t("what_about")}</label>
      <input id="title" name="title" required maxLength={200} />
      <label htmlFor="text">{t("text")}</label>
      <textarea id="text" name="text" rows={4} required />
      <button type="submit" className="first">{t("send")}</button>
      <RefusalNotice refusal={refusal} />
    </form>
  );
}
