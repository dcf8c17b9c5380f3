/** The parts of a school in the order in which they are set up, with what there is of each. */
import { Link } from "wouter";
import { useData } from "../../epoch";
import { SetupDocument } from "../../generated/graphql";
import { t } from "../../texts";
import { type SetupKey, s } from "../../texts/setup";
import { Problem, Waiting } from "../../ui/notices";
import type { PartProps } from "./parts";

export function Overview({ school }: PartProps) {
  const { data, error, waiting } = useData(SetupDocument, { school: school.id });
  if (waiting) return <Waiting />;
  const found = data?.school;
  if (!found) return <Problem error={error} />;
  const used = (all: readonly { active: boolean }[]) => all.filter(({ active }) => active).length;
  const without = found.unled?.totalCount ?? 0;
  const years = used(found.academicYears);
  const parts: [string, string, string][] = [
    ["/diary/setup/rules", s("own_rules"), s("own_rules_told")],
    ["/diary/periods", s("years_and_periods"), years && found.periods.length ? s("years_count", { years, periods: found.periods.length }) : s("missing")],
    ["/diary/setup/days", s("days_off"), counted(used(found.daysOff), "optional")],
    ["/diary/setup/bells", s("bells"), counted(used(found.bellSchedules))],
    ["/diary/setup/subjects", s("subjects"), counted(used(found.subjects))],
    ["/diary/setup/rooms", s("rooms"), counted(used(found.rooms), "optional")],
    ["/diary/setup/work-types", s("work_types"), counted(used(found.workTypes))],
    ["/diary/setup/grading", s("grading"), counted(used(found.gradeScales), "five_point")],
    ["/diary/setup/attendance", s("attendance"), counted(found.attendanceTokens.filter(({ code }) => code).length, "usual_ones")],
    ["/diary/people", s("teachers_of"), counted(found.teachers?.totalCount ?? 0)],
    ["/diary/classes", t("nav_classes"), counted(found.classGroups?.totalCount ?? 0)],
    ["/diary/classes", s("students_of"), counted(found.students?.totalCount ?? 0)],
    ["/diary/setup/courses", t("courses"), [counted(found.courses?.totalCount ?? 0), without > 0 && s("without_teacher", { count: without })].filter(Boolean).join(", ")],
    ["/diary/setup/timetable", s("timetable"), ""],
  ];
  return (
    <>
      <h1>{t("nav_setup")} <small>{school.name}</small></h1>
      <p>{s("setup_intro")}</p>
      <ol className="parts">
        {parts.map(([href, name, told]) => (
          <li key={name}><Link href={href}>{name}</Link> <span className="state">{told}</span></li>
        ))}
      </ol>
    </>
  );
}

const counted = (count: number, none: SetupKey = "missing"): string => (count > 0 ? String(count) : s(none));
