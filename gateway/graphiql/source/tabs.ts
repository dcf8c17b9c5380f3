/** The tabs that stand ready for each role: each a file of `queries/`, its variables filled in. */
import type { Account } from "./account";
import averages from "./queries/averages.graphql?raw";
import classGroup from "./queries/class_group.graphql?raw";
import classJournal from "./queries/class_journal.graphql?raw";
import closeLesson from "./queries/close_lesson.graphql?raw";
import diaryWeek from "./queries/diary_week.graphql?raw";
import liveGrades from "./queries/live_grades.graphql?raw";
import myAccount from "./queries/my_account.graphql?raw";
import myClasses from "./queries/my_classes.graphql?raw";
import myLessons from "./queries/my_lessons.graphql?raw";
import school from "./queries/school.graphql?raw";
import students from "./queries/students.graphql?raw";
import webhooks from "./queries/webhooks.graphql?raw";
import { week, weeks } from "./week";

/** As GraphiQL takes and keeps one. */
export interface Tab {
  query: string | null;
  variables?: string | null;
}

/** Whoever has several roles has the tabs of each, and of no other. */
export function tabs({ roles, led, toClose }: Account): Tab[] {
  const today = new Date();
  const thisWeek = week(today);
  const ready: Tab[] = [];
  if (roles.has("HEAD") && led) {
    ready.push(
      tab(school, { school: led.school }),
      tab(students, { school: led.school, name: null, gradeLevel: null, after: null }),
      tab(classGroup, { classGroup: led.classGroup }),
      tab(webhooks, { school: led.school }),
    );
  }
  if (roles.has("TEACHER")) {
    ready.push(tab(classJournal, thisWeek), tab(myLessons, thisWeek), tab(myClasses));
    ready.push(tab(closeLesson, { input: toClose ?? { lesson: "", expectedVersion: 1 } }));
  }
  if (roles.has("GUARDIAN") || roles.has("STUDENT")) {
    ready.push(tab(diaryWeek, thisWeek), tab(averages, weeks(today, 8)));
  }
  return [...ready, tab(liveGrades), tab(myAccount)];
}

function tab(query: string, variables?: object): Tab {
  return variables ? { query, variables: JSON.stringify(variables, null, 2) } : { query };
}
