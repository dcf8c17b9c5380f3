/** What the feed has just told: for the quiet sign on the screen, and for those who listen. */
import { useSyncExternalStore } from "react";
import type { LiveSubscription } from "./generated/graphql";
import { type Key, day, t, word } from "./texts";

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

const OF_MARKS: Partial<Record<Event["change"], Key>> = { GIVEN: "news_mark", REVISED: "news_mark_changed", WITHDRAWN: "news_mark_withdrawn" };
const OF_LESSONS: readonly Event["change"][] = ["REPLACED", "CANCELLED", "MOVED", "JOINED", "RESTORED"];

function words(event: Event): string {
  const short = (date: string) => day(date, { day: "numeric", month: "long" });
  const ofMark = event.__typename === "GradeChange" && OF_MARKS[event.change];
  if (ofMark && event.grade) {
    const { student, course, value } = event.grade;
    return t(ofMark, {
      student: student?.displayName ?? "",
      subject: course.subject?.name ?? "",
      mark: value ?? "",
    });
  }
  if (event.__typename === "HomeworkChange" && event.homework && event.change === "SET") {
    const { course, dueOn } = event.homework;
    return t("news_homework", { subject: course.subject?.name ?? "", day: short(dueOn) });
  }
  if (event.__typename === "LessonChange" && event.lesson && OF_LESSONS.includes(event.change)) {
    const { subject, course, date } = event.lesson;
    return t("news_lesson", { subject: subject?.name ?? course.title, day: short(date), change: word("replacement", event.change) });
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
