/** The mutations that wait for the network where it is away, by the names of their operations. */
import type { TypedDocumentNode } from "@urql/core";
import type { Entry, Payload } from "./outbox";
import {
  AcceptAbsenceDocument,
  AcceptHomeworkDocument,
  AddRemarkDocument,
  AnnounceAbsenceDocument,
  AnswerQuizDocument,
  AnswerSurveyDocument,
  CloseLessonDocument,
  CommentOnPostDocument,
  CorrectAttendanceDocument,
  DecidePeriodGradesDocument,
  GiveGradeDocument,
  GiveGradesDocument,
  HandInDocument,
  HandInQuizDocument,
  LockPeriodDocument,
  RefuseAbsenceDocument,
  ReplyToRemarkDocument,
  ReplaceDocument,
  RestoreGradeDocument,
  RestoreLessonDocument,
  ReturnHomeworkDocument,
  ReviseGradeDocument,
  SendMessageDocument,
  SetHomeworkDocument,
  SetTopicDocument,
  SignWeekDocument,
  TakeAttendanceDocument,
  UnlockPeriodDocument,
  TickDocument,
  WithdrawAbsenceDocument,
  WithdrawGradeDocument,
  WithdrawRemarkDocument,
  WritePostDocument,
} from "./generated/graphql";

type Sent = TypedDocumentNode<never, never>;

export const sent = {
  AcceptAbsence: AcceptAbsenceDocument,
  AcceptHomework: AcceptHomeworkDocument,
  AddRemark: AddRemarkDocument,
  AnnounceAbsence: AnnounceAbsenceDocument,
  AnswerQuiz: AnswerQuizDocument,
  AnswerSurvey: AnswerSurveyDocument,
  CloseLesson: CloseLessonDocument,
  CommentOnPost: CommentOnPostDocument,
  CorrectAttendance: CorrectAttendanceDocument,
  DecidePeriodGrades: DecidePeriodGradesDocument,
  GiveGrade: GiveGradeDocument,
  GiveGrades: GiveGradesDocument,
  HandIn: HandInDocument,
  HandInQuiz: HandInQuizDocument,
  LockPeriod: LockPeriodDocument,
  RefuseAbsence: RefuseAbsenceDocument,
  ReplyToRemark: ReplyToRemarkDocument,
  Replace: ReplaceDocument,
  RestoreGrade: RestoreGradeDocument,
  RestoreLesson: RestoreLessonDocument,
  ReturnHomework: ReturnHomeworkDocument,
  ReviseGrade: ReviseGradeDocument,
  SendMessage: SendMessageDocument,
  SetHomework: SetHomeworkDocument,
  SetTopic: SetTopicDocument,
  SignWeek: SignWeekDocument,
  TakeAttendance: TakeAttendanceDocument,
  UnlockPeriod: UnlockPeriodDocument,
  Tick: TickDocument,
  WithdrawAbsence: WithdrawAbsenceDocument,
  WithdrawGrade: WithdrawGradeDocument,
  WithdrawRemark: WithdrawRemarkDocument,
  WritePost: WritePostDocument,
} as unknown as Record<string, Sent>;

interface Made {
  id: string;
  version: number;
  state: string;
}

/** A change of a mark that waited until it was known what came of the one before: of its record; of a
 * new one where there is none that stands. */
export function following({ after: _, ...next }: Entry, first: Entry, { grade, errors }: Payload): Entry | null {
  const made = errors.length === 0 ? (grade as Made | null | undefined) : null; // after a conflict it is another's
  const [, student, lesson, workType] = first.of.split(/[:#]/);
  const anew = { student, lesson, workType, value: next.input.value, idempotencyKey: next.key };
  if (next.operation === "ReviseGrade" && (made ? made.state === "WITHDRAWN" : first.operation === "GiveGrade")) {
    return { ...next, operation: "GiveGrade", input: anew };
  }
  if (made) return { ...next, input: { ...next.input, id: made.id, expectedVersion: made.version } };
  if (first.operation === "GiveGrade") return null;
  const { id, expectedVersion } = first.input;
  return { ...next, input: { ...next.input, id, expectedVersion } };
}
