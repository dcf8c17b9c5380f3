/** The mutations that wait for the network where it is away, by the names of their operations. */
import type { TypedDocumentNode } from "@urql/core";
import {
  AcceptHomeworkDocument,
  AddRemarkDocument,
  AnnounceAbsenceDocument,
  CloseLessonDocument,
  DecidePeriodGradesDocument,
  GiveGradeDocument,
  HandInDocument,
  LockPeriodDocument,
  ReplyToRemarkDocument,
  ReplaceDocument,
  RestoreGradeDocument,
  ReviseGradeDocument,
  SetHomeworkDocument,
  SetTopicDocument,
  SignWeekDocument,
  TakeAttendanceDocument,
  UnlockPeriodDocument,
  TickDocument,
  WithdrawAbsenceDocument,
  WithdrawGradeDocument,
} from "./generated/graphql";

type Sent = TypedDocumentNode<never, never>;

export const sent = {
  AcceptHomework: AcceptHomeworkDocument,
  AddRemark: AddRemarkDocument,
  AnnounceAbsence: AnnounceAbsenceDocument,
  CloseLesson: CloseLessonDocument,
  DecidePeriodGrades: DecidePeriodGradesDocument,
  GiveGrade: GiveGradeDocument,
  HandIn: HandInDocument,
  LockPeriod: LockPeriodDocument,
  ReplyToRemark: ReplyToRemarkDocument,
  Replace: ReplaceDocument,
  RestoreGrade: RestoreGradeDocument,
  ReviseGrade: ReviseGradeDocument,
  SetHomework: SetHomeworkDocument,
  SetTopic: SetTopicDocument,
  SignWeek: SignWeekDocument,
  TakeAttendance: TakeAttendanceDocument,
  UnlockPeriod: UnlockPeriodDocument,
  Tick: TickDocument,
  WithdrawAbsence: WithdrawAbsenceDocument,
  WithdrawGrade: WithdrawGradeDocument,
} as unknown as Record<string, Sent>;
