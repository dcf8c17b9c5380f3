/** The tabs that stand ready: each a file of `queries/`, with the current week filled in. */
import classJournal from "./queries/class_journal.graphql?raw";
import diaryWeek from "./queries/diary_week.graphql?raw";
import liveGrades from "./queries/live_grades.graphql?raw";
import myAccount from "./queries/my_account.graphql?raw";
import { week } from "./week";

const variables = JSON.stringify(week(new Date()), null, 2);

export const tabs = [
  { query: diaryWeek, variables },
  { query: classJournal, variables },
  { query: liveGrades },
  { query: myAccount },
];
