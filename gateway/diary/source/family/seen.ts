/** Tells the gateway which marks and remarks a guardian has had on the screen: each once, quietly. */
import type { Client } from "@urql/core";
import { type RefObject, useEffect, useRef } from "react";
import { useClient } from "urql";
import { connection } from "../connection";
import { SEEN } from "../gateway";
import { MarkSeenDocument } from "../generated/graphql";

const GATHERED = 300;
const AT_ONCE = 200;
/** So many ids are remembered on the device: what was seen before is not told again. */
const MOST = 5_000;

type Kind = "grades" | "remarks";
interface Sight {
  student: string;
  kind: Kind;
  id: string;
}

let waiting: Sight[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;

function known(): string[] {
  return JSON.parse(localStorage.getItem(SEEN) ?? "[]") as string[];
}

function remember(ids: readonly string[]): void {
  localStorage.setItem(SEEN, JSON.stringify([...known(), ...ids].slice(-MOST)));
}

function noted(client: Client, sight: Sight): void {
  waiting.push(sight);
  clearTimeout(timer);
  timer = setTimeout(() => void tell(client), GATHERED);
}

/** What is not told, as the network is away, is told when it is seen again. */
async function tell(client: Client): Promise<void> {
  const told = new Set(known());
  const news = new Map(waiting.filter(({ student, id }) => !told.has(place(student, id))).map((one) => [place(one.student, one.id), one]));
  waiting = [];
  for (const [student, sights] of Map.groupBy(news.values(), (one) => one.student)) {
    for (const kind of ["grades", "remarks"] as const) {
      const ids = sights.filter((one) => one.kind === kind).map(({ id }) => id);
      for (let at = 0; at < ids.length; at += AT_ONCE) await send(client, student, kind, ids.slice(at, at + AT_ONCE));
    }
  }
}

async function send(client: Client, student: string, kind: Kind, ids: string[]): Promise<void> {
  if (!connection().online) return;
  const places = ids.map((id) => place(student, id));
  const { error } = await client.mutation(MarkSeenDocument, { input: { student, [kind]: ids } }).toPromise();
  if (!error?.networkError) remember(places);
}

const place = (student: string, id: string): string => `${student} ${id}`;

interface Seen {
  id: string;
  viewerMay: readonly string[];
}

/** The box in which marks and remarks are looked for. */
export function useSeen(student: Seen | null | undefined): RefObject<HTMLDivElement | null> {
  const client = useClient();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!box.current || !student?.viewerMay.includes("markSeen")) return undefined;
    const told = new Set(known());
    const observer = new IntersectionObserver(
      (found) => {
        for (const { isIntersecting, target } of found) {
          if (!isIntersecting || !(target instanceof HTMLElement)) continue;
          observer.unobserve(target);
          const { grade, remark } = target.dataset;
          noted(client, { student: student.id, kind: grade ? "grades" : "remarks", id: grade ?? remark ?? "" });
        }
      },
      { threshold: 0.5 },
    );
    for (const one of box.current.querySelectorAll<HTMLElement>("[data-grade], [data-remark]")) {
      if (!told.has(place(student.id, one.dataset.grade ?? one.dataset.remark ?? ""))) observer.observe(one);
    }
    return () => observer.disconnect();
  });
  return box;
}
