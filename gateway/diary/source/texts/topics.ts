/** Words for what webhooks are told of: those that the audit has for the same records and steps. */
import type { WebhookTopic } from "../generated/graphql";
import { changeWord, nounWord } from "./audit";

/** The type check names a topic that is missing. */
const all: Record<WebhookTopic, true> = {
  ABSENCE_NOTICE: true, ACADEMIC_YEAR: true, ANNOUNCEMENT: true, ATTENDANCE: true, ATTENDANCE_CODE: true, BELL_SCHEDULE: true,
  CHILD_RESTRICTION: true, COMMENT: true, DATA_EXPORT: true, DAY_OFF: true, DIARY_SIGNATURE: true, FAQ_ENTRY: true, FORUM_ANSWER: true,
  FORUM_BOARD: true, FORUM_TOPIC: true, GLOSSARY_TERM: true, GRADE: true, GRADE_SCALE: true, GRADING_RULE: true, HOMEWORK: true,
  HOMEWORK_STATUS: true, LESSON: true, LESSON_PATTERN: true, MATERIAL: true, MESSAGE: true, MODERATION_CASE: true, NOTICE: true, PAGE: true,
  PERIOD: true, PERIOD_GRADE: true, POST: true, QUIZ: true, QUIZ_QUESTION: true, QUIZ_TRY: true, REMARK: true, ROOM: true, SCHOOL: true,
  SCHOOL_EVENT: true, SITE_PAGE: true, SUBJECT: true, SURVEY: true, SWAPPED_DAY: true, TIMETABLE: true, WORK_TYPE: true,
};

export const TOPICS = Object.keys(all) as WebhookTopic[];

/** `GRADE_SCALE` is of a `GradeScale`. */
const nounOf = (topic: string): string =>
  topic.toLowerCase().split("_").map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join("");

export const topicWord = (topic: string): string => nounWord(nounOf(topic));

/** `grade.revised` is told as it is in the audit. */
export function eventWord(type: string): string {
  const [topic = "", change = ""] = type.split(".");
  return `${topicWord(topic.toUpperCase())}: ${changeWord(change.toUpperCase())}`;
}
