/** Homework by the day on which it is due. */
import { useAsked } from "../asked";
import { addDays, isDay, monday } from "../dates";
import type { Viewer } from "../session";
import { span, t } from "../texts";
import { HomeworkOf } from "./homework-list";
import { Pupils } from "./students";

export default function Homework({ viewer }: { viewer: Viewer }) {
  const [asked, ask] = useAsked();
  const today = viewer.schools[0]?.today ?? "";
  const wanted = asked.get("date");
  const from = monday(isDay(wanted) ? wanted : today);
  const to = addDays(from, 13);
  return (
    <>
      <div className="tools no-print">
        <div className="choices">
          <button type="button" aria-label={t("before")} onClick={() => ask({ date: addDays(from, -7) })}>‹</button>
          <span>{span(from, to, { day: "numeric", month: "short" })}</span>
          <button type="button" onClick={() => ask({ date: today })}>{t("today")}</button>
          <button type="button" aria-label={t("after")} onClick={() => ask({ date: addDays(from, 7) })}>›</button>
        </div>
        <button type="button" onClick={() => print()}>{t("print")}</button>
      </div>
      <Pupils viewer={viewer} title={t("homework")}>
        {(pupil, school) => <HomeworkOf pupil={pupil} today={school?.today ?? today} from={from} to={to} />}
      </Pupils>
    </>
  );
}
