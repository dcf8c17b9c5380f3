/** One conversation: its messages as they come, who has read them, and an answer. */
import { useEffect, useRef, useState } from "react";
import { useClient } from "urql";
import { Link } from "wouter";
import { useIdAsked } from "../asked";
import { useData } from "../epoch";
import {
  BlockSenderDocument,
  ConversationDocument,
  type ConversationQuery,
  type MessageLineFragment,
  MuteConversationDocument,
  ReadConversationDocument,
  ReportMessageDocument,
  WithdrawMessageDocument,
} from "../generated/graphql";
import { type Refusal, refusalOf } from "../outbox";
import { postChanged, useNewPost } from "../post";
import type { Viewer } from "../session";
import { moment, t } from "../texts";
import { Files } from "../ui/files";
import { Moderated, Report, goneText } from "../ui/moderated";
import { RefusalNotice, Waiting } from "../ui/notices";
import { Nowhere } from "../ui/nowhere";
import { Answer } from "./answer";
import { listed, titleOf } from "./title";

type Person = Extract<NonNullable<ConversationQuery["node"]>, { people: unknown }>["people"][number];

export default function Conversation({ viewer }: { viewer: Viewer }) {
  const conversation = useIdAsked();
  return <Shown key={conversation} conversation={conversation} me={viewer.account.displayName} />;
}

function Shown({ conversation, me }: { conversation: string; me: string }) {
  const client = useClient();
  const [before, setBefore] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<Refusal>();
  const [alone, setAlone] = useState<MessageLineFragment>();
  const [blocked, setBlocked] = useState<string>();
  const { data, error, waiting, again } = useData(ConversationDocument, { conversation, before });
  useNewPost(again);
  const node = data?.node && "messages" in data.node ? data.node : undefined;
  const messages = node?.messages?.edges.flatMap((edge) => edge.node ?? []) ?? [];
  const last = before ? undefined : messages.at(-1)?.id;
  useReading(conversation, last, node?.unread ?? 0);
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (last) end.current?.scrollIntoView({ block: "end" });
  }, [last]);
  if (waiting) return <Waiting />;
  if (!node) return <Nowhere error={error} />;

  async function mute() {
    const input = { conversation, muted: !node?.muted };
    setRefusal(refusalOf(await client.mutation(MuteConversationDocument, { input }).toPromise()));
    postChanged();
  }

  async function withdraw(message: string) {
    setRefusal(refusalOf(await client.mutation(WithdrawMessageDocument, { input: { message } }).toPromise()));
    postChanged();
  }

  async function block({ id, by }: MessageLineFragment) {
    const refused = refusalOf(await client.mutation(BlockSenderDocument, { input: { message: id } }).toPromise());
    // Whose message it is says nothing of whether they are of the staff, who are heard in any case.
    setRefusal(refused?.code === "BAD_INPUT" ? { ...refused, code: "STAFF_NOT_BLOCKED" } : refused);
    setBlocked(refused ? undefined : by);
    postChanged();
  }

  const leads = node.answers === "PRIVATE" && node.people.some(({ starter, name }) => starter && name === me);
  const others = node.people.filter(({ name }) => name !== me).map(({ name }) => name);
  return (
    <>
      <p><Link href="/diary/messages">{t("nav_messages")}</Link></p>
      <h1>{titleOf(node, me)}</h1>
      <p>
        {others.length > 0 && <small>{t("with", { names: listed(others) })}</small>}{" "}
        {node.answers === "PRIVATE" && <small>{t("answers_private")}</small>}{" "}
        <button type="button" className="quiet" aria-pressed={node.muted} onClick={() => void mute()}>{t("mute")}</button>
      </p>
      <RefusalNotice refusal={refusal} />
      {blocked && <p role="status">{t("blocked_now", { name: blocked })}</p>}
      {node.messages?.pageInfo.hasPreviousPage && (
        <button type="button" onClick={() => setBefore(node.messages?.pageInfo.startCursor ?? null)}>{t("earlier")}</button>
      )}
      <div role="log" aria-label={t("nav_messages")}>
        <ul className="notices messages">
          {messages.map((one) => (
            <Line key={one.id} one={one} people={node.people} onWithdraw={() => void withdraw(one.id)} onBlock={() => void block(one)} onAlone={leads && !one.own ? () => setAlone(one) : undefined} />
          ))}
        </ul>
      </div>
      {before && <button type="button" onClick={() => setBefore(null)}>{t("newest")}</button>}
      {node.viewerMay.includes("sendMessage") && (
        <Answer conversation={conversation} school={node.school?.id ?? ""} draft={node.draft ?? null} alone={alone} toAll={leads} onToAll={() => setAlone(undefined)} />
      )}
      <div ref={end} />
    </>
  );
}

/** Says that it was read, as soon as what is new is really before somebody's eyes. */
function useReading(conversation: string, last: string | undefined, unread: number): void {
  const client = useClient();
  useEffect(() => {
    if (!last || unread === 0) return undefined;

    function read(): void {
      if (document.visibilityState !== "visible") return;
      document.removeEventListener("visibilitychange", read);
      void client.mutation(ReadConversationDocument, { input: { conversation } }).toPromise().then(postChanged);
    }

    document.addEventListener("visibilitychange", read);
    read();
    return () => document.removeEventListener("visibilitychange", read);
  }, [client, conversation, last, unread]);
}

interface LineProps {
  one: MessageLineFragment;
  people: readonly Person[];
  onWithdraw: () => void;
  onBlock: () => void;
  onAlone?: () => void;
}

function Line({ one, people, onWithdraw, onBlock, onAlone }: LineProps) {
  const readers = people.filter(({ readAt }) => readAt && Date.parse(readAt) >= Date.parse(one.sentAt));
  return (
    <li className={one.own ? "own" : undefined}>
      <p>{one.text ?? goneText(one)}</p>
      <Files files={one.files} />
      <small>{one.by} · {moment(one.sentAt)}</small>{" "}
      {one.hidden && one.text !== null && <span className="state">{t("hidden_from_others")}</span>}{" "}
      {one.waitsUntil && <span className="state">{t("waits_until", { time: moment(one.waitsUntil) })}</span>}{" "}
      {one.own && readers.length > 0 && <small>{t("read_by", { names: listed(readers.map(({ name }) => name)) })}</small>}{" "}
      {onAlone && <button type="button" className="quiet" onClick={onAlone}>{t("answer_alone", { name: one.by })}</button>}{" "}
      {one.viewerMay.includes("withdrawMessage") && (
        <button type="button" className="quiet" onClick={onWithdraw}>{t("withdraw")}</button>
      )}
      {!one.own && one.viewerMay.includes("blockSender") && (
        <button type="button" className="quiet" onClick={onBlock}>{t("block_sender", { name: one.by })}</button>
      )}
      {!one.own && !one.withdrawn && one.viewerMay.includes("reportMessage") && <Report of={one.id} document={ReportMessageDocument} />}
      <Moderated of={one.moderation} />
    </li>
  );
}
