/** What the feed has just told: for the quiet sign on the screen, and for those who listen. */
import { useSyncExternalStore } from "react";
import type { LiveSubscription } from "./generated/graphql";
import { t } from "./texts";

type Event = LiveSubscription["diaryChanged"];

const SHOWN = 8_000;
let fresh: ReadonlySet<string> = new Set();
let said = "";
const listeners = new Set<() => void>();

function changed(): void {
  for (const listener of listeners) listener();
}

function record(event: Event): { id: string } | null {
  const found = Object.values(event).find((one) => typeof one === "object" && one !== null);
  return (found as { id: string } | undefined) ?? null;
}

export function tell(event: Event): void {
  const id = record(event)?.id;
  if (id) {
    fresh = new Set([...fresh, id]);
    setTimeout(() => {
      fresh = new Set([...fresh].filter((one) => one !== id));
      changed();
    }, SHOWN);
  }
  said = words(event) || said;
  changed();
}

function words(event: Event): string {
  if (event.__typename === "GradeChange" && event.grade && event.change === "GIVEN") {
    const { student, course, value } = event.grade;
    return t("news_mark", {
      student: student?.displayName ?? "",
      subject: course.subject?.name ?? "",
      mark: value ?? "",
    });
  }
  if (event.__typename === "RemarkChange" && event.remark && event.change === "ADDED") {
    return t("news_remark", { student: event.remark.student?.displayName ?? "" });
  }
  return "";
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useFresh = (id: string): boolean => useSyncExternalStore(subscribe, () => fresh.has(id));

export const useNews = (): string => useSyncExternalStore(subscribe, () => said);
