/** One day of the diary: its lessons with homework due, marks and remarks. */
import { useState } from "react";
import type { DiaryHomeworkFragment, DiaryQuery } from "../generated/graphql";
import { useFresh } from "../news";
import { type Refusal, enter } from "../outbox";
import { clocks, day as dayText, moment, t, word } from "../texts";
import { AttendanceMark, Mark } from "../ui/mark";
import { RefusalNotice } from "../ui/notices";

type Student = NonNullable<DiaryQuery["student"]>;
type DiaryDay = Student["diary"][number];
export type Entry = DiaryDay["lessons"][number];
export type Remark = Student["remarks"][number];

interface Props {
  day: DiaryDay;
  remarks: readonly Remark[];
  timeZone: string | undefined;
  today: boolean;
  /** Whether there is room for all that is known of a lesson. */
  whole: boolean;
}

export function Day({ day, remarks, timeZone, today, whole }: Props) {
  return (
    <section className={`day${today ? " today" : ""}${whole ? " whole" : ""}`} data-date={day.date}>
      <h2>
        {dayText(day.date, { weekday: "long" })}{" "}
        <span>{dayText(day.date, { day: "numeric", month: "long" })}</span>
        {today && <span className="unseen"> ({t("today")})</span>}
      </h2>
      <table>
        <thead>
          <tr>
            <th scope="col"><span className="unseen">{t("lesson_number")}</span><span aria-hidden="true">№</span></th>
            <th scope="col">{t("subject")}</th>
            <th scope="col">{t("homework")}</th>
            <th scope="col">{t("marks")}</th>
          </tr>
        </thead>
        <tbody>
          {day.lessons.map((entry, index) => (
            <LessonRow key={entry.lesson?.id ?? index} entry={entry} timeZone={timeZone} whole={whole} />
          ))}
        </tbody>
      </table>
      {remarks.map((remark) => (
        <RemarkNote key={remark.id} remark={remark} />
      ))}
    </section>
  );
}

type Lesson = NonNullable<Entry["lesson"]>;

export const isGone = ({ status }: Lesson): boolean => status === "CANCELLED";

/** What became of a lesson that is not held as it was planned. */
export function Replaced({ lesson }: { lesson: Lesson }) {
  const fresh = useFresh(lesson.id);
  const { replacement, replaces, teacher, date, slot } = lesson;
  if (replaces) return <em className="replaced">{t("instead_of", { name: replaces.subject?.name ?? "" })}</em>;
  if (!replacement) return null;
  const other = !isGone(lesson) && teacher && teacher.id !== replacement.teacher?.id;
  const moved = !isGone(lesson) && (date !== replacement.date || slot !== replacement.slot);
  const was = dayText(replacement.date, { day: "numeric", month: "short" });
  return (
    <em className={`replaced${fresh ? " fresh" : ""}`}>
      {word("replacement", replacement.change)}
      {other && `: ${teacher.displayName}`}
      {other && replacement.teacher && ` (${t("instead_of", { name: replacement.teacher.displayName })})`}
      {moved && ` (${t("was_planned", { day: was, slot: replacement.slot ?? "" })})`}
    </em>
  );
}

function LessonRow({ entry, timeZone, whole }: { entry: Entry } & Pick<Props, "timeZone" | "whole">) {
  const { lesson } = entry;
  if (!lesson) return null;
  const due = lesson.homeworkDue.filter(({ withdrawn }) => !withdrawn);
  return (
    <tr className={isGone(lesson) ? "gone" : undefined}>
      <td className="slot">{lesson.slot}</td>
      <th scope="row">
        {lesson.subject?.name ?? lesson.course.title}
        <Replaced lesson={lesson} />
        {whole && (
          <small>
            {clocks(lesson.startsAt, lesson.endsAt, timeZone)}
            {lesson.room && ` · ${t("room", { room: lesson.room })}`}
            {lesson.teacher && ` · ${lesson.teacher.displayName}`}
            {lesson.topic && <span className="topic">{lesson.topic}</span>}
          </small>
        )}
      </th>
      <td className="due">
        {due.map((one) => (
          <HomeworkText key={one.id} one={one} />
        ))}
      </td>
      <td className="marks">
        {entry.attendance && <AttendanceMark one={entry.attendance} />}
        {entry.grades.map((grade) => (
          <div key={grade.id}>
            <Mark grade={grade} />
            {whole && <small>{[grade.workType.name, grade.comment].filter(Boolean).join(" · ")}</small>}
          </div>
        ))}
      </td>
    </tr>
  );
}

export function HomeworkText({ one }: { one: DiaryHomeworkFragment }) {
  const fresh = useFresh(one.id);
  return (
    <div className={`homework${fresh ? " fresh" : ""}`}>
      {one.text}
      {one.expectedMinutes && <small> {t("minutes", { count: one.expectedMinutes })}</small>}
      {one.link && <> <a href={one.link} rel="noreferrer noopener" target="_blank">{t("link")}</a></>}
      {one.files.map((file) => (
        <span key={file.id}> <a href={file.url} download>{file.name}</a></span>
      ))}
    </div>
  );
}

export function RemarkNote({ remark }: { remark: Remark }) {
  const fresh = useFresh(remark.id);
  const [text, setText] = useState("");
  const [open, setOpen] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();

  async function reply() {
    setOpen(false);
    const payload = await enter("ReplyToRemark", { remark: remark.id, text }, `remark:${remark.id}`, text);
    setRefusal(payload?.errors[0]);
    if (payload?.errors.length === 0) setText("");
  }

  return (
    <div className={`remark ${remark.kind.toLowerCase()}${fresh ? " fresh" : ""}`} data-remark={remark.id}>
      <p>
        <strong>{word("remark", remark.kind)}</strong>
        {remark.course?.subject && ` (${remark.course.subject.name})`}: {remark.text}
      </p>
      {remark.replies.map((reply) => (
        <p key={reply.at} className="reply">{reply.by}, {moment(reply.at)}: {reply.text}</p>
      ))}
      {open ? (
        <form
          className="no-print"
          onSubmit={(event) => {
            event.preventDefault();
            void reply();
          }}
        >
          <input aria-label={t("reply")} autoFocus value={text} onChange={({ target }) => setText(target.value)} required />
          <button type="submit">{t("send")}</button>
        </form>
      ) : (
        remark.viewerMay.includes("replyToRemark") && (
          <button type="button" className="quiet no-print" onClick={() => setOpen(true)}>{t("reply")}</button>
        )
      )}
      <RefusalNotice refusal={refusal} />
    </div>
  );
}
