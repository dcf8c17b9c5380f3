/** The mutations that wait for the network where it is away, by the names of their operations. */
import type { TypedDocumentNode } from "@urql/core";
import {
  AddRemarkDocument,
  AnnounceAbsenceDocument,
  CloseLessonDocument,
  DecidePeriodGradesDocument,
  GiveGradeDocument,
  HandInDocument,
  ReplyToRemarkDocument,
  RestoreGradeDocument,
  ReviseGradeDocument,
  SetHomeworkDocument,
  SetTopicDocument,
  SignWeekDocument,
  TakeAttendanceDocument,
  TickDocument,
  WithdrawAbsenceDocument,
  WithdrawGradeDocument,
} from "./generated/graphql";

type Sent = TypedDocumentNode<never, never>;

export const sent = {
  AddRemark: AddRemarkDocument,
  AnnounceAbsence: AnnounceAbsenceDocument,
  CloseLesson: CloseLessonDocument,
  DecidePeriodGrades: DecidePeriodGradesDocument,
  GiveGrade: GiveGradeDocument,
  HandIn: HandInDocument,
  ReplyToRemark: ReplyToRemarkDocument,
  RestoreGrade: RestoreGradeDocument,
  ReviseGrade: ReviseGradeDocument,
  SetHomework: SetHomeworkDocument,
  SetTopic: SetTopicDocument,
  SignWeek: SignWeekDocument,
  TakeAttendance: TakeAttendanceDocument,
  Tick: TickDocument,
  WithdrawAbsence: WithdrawAbsenceDocument,
  WithdrawGrade: WithdrawGradeDocument,
} as unknown as Record<string, Sent>;
