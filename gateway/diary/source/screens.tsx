/** Which screen stands at which address. Each is loaded when it is first shown. */
import { Suspense } from "react";
import { Link, Route, Switch } from "wouter";
import { onDemand } from "./on-demand";
import { type Part, type Viewer, partsOf } from "./session";
import { t } from "./texts";
import { Nowhere } from "./ui/nowhere";
import { Waiting } from "./ui/notices";
import { Shell } from "./ui/shell";

const Week = onDemand(() => import("./family/week"));
const Today = onDemand(() => import("./family/today"));
const Grades = onDemand(() => import("./family/grades"));
const Homework = onDemand(() => import("./family/homework"));
const Absences = onDemand(() => import("./family/absences"));
const Lessons = onDemand(() => import("./teacher/lessons"));
const Lesson = onDemand(() => import("./teacher/lesson"));
const Journals = onDemand(() => import("./teacher/journals"));
const Journal = onDemand(() => import("./teacher/journal"));
const PeriodGrades = onDemand(() => import("./teacher/period-grades"));
const People = onDemand(() => import("./office/people"));
const Person = onDemand(() => import("./office/person"));
const Setup = onDemand(() => import("./office/setup"));
const Classes = onDemand(() => import("./office/classes"));
const Substitutions = onDemand(() => import("./office/substitutions"));
const OpenLessons = onDemand(() => import("./office/open-lessons"));
const Periods = onDemand(() => import("./office/periods"));
const Reports = onDemand(() => import("./office/reports"));
const Imports = onDemand(() => import("./office/imports"));
const Audit = onDemand(() => import("./office/audit"));
const Webhooks = onDemand(() => import("./office/webhooks"));
const Child = onDemand(() => import("./family/child"));
const Notices = onDemand(() => import("./notices"));
const Announcements = onDemand(() => import("./announcements"));
const Events = onDemand(() => import("./announcements/events"));
const Boards = onDemand(() => import("./forum/boards"));
const Topic = onDemand(() => import("./forum/topic"));
const Faq = onDemand(() => import("./forum/faq"));
const Moderation = onDemand(() => import("./forum/moderation"));
const Messages = onDemand(() => import("./messages/list"));
const Conversation = onDemand(() => import("./messages/conversation"));
const Surveys = onDemand(() => import("./surveys"));
const Survey = onDemand(() => import("./surveys/survey"));
const Quizzes = onDemand(() => import("./quizzes"));
const Quiz = onDemand(() => import("./quizzes/quiz"));
const Try = onDemand(() => import("./quizzes/try"));
const Bank = onDemand(() => import("./quizzes/bank"));
const Materials = onDemand(() => import("./materials"));
const Feed = onDemand(() => import("./pages/feed"));
const PageList = onDemand(() => import("./pages/list"));
const PageScreen = onDemand(() => import("./pages/page"));
const Site = onDemand(() => import("./site"));
const Words = onDemand(() => import("./words"));
const Account = onDemand(() => import("./account"));

export function Screens({ viewer, onSignOut }: { viewer: Viewer; onSignOut: () => void }) {
  const parts = partsOf(viewer);
  const home = <Home part={parts[0]} viewer={viewer} />;
  // Notices lead teachers to the screens of students too.
  const hasPupils = parts.includes("student") || parts.includes("family");
  return (
    <Shell viewer={viewer} onSignOut={onSignOut}>
      <Suspense fallback={<Waiting />}>
        <Switch>
          <Route path="/">{home}</Route>
          <Route path="/diary/today">{hasPupils ? <Today viewer={viewer} /> : home}</Route>
          <Route path="/diary/week">{hasPupils ? <Week viewer={viewer} /> : home}</Route>
          <Route path="/diary/grades"><Grades viewer={viewer} /></Route>
          <Route path="/diary/homework">{hasPupils ? <Homework viewer={viewer} /> : home}</Route>
          <Route path="/diary/absences"><Absences viewer={viewer} /></Route>
          <Route path="/diary/lessons">{parts.length > 0 ? <Lessons viewer={viewer} /> : home}</Route>
          <Route path="/diary/lesson/:id"><Lesson viewer={viewer} /></Route>
          <Route path="/diary/journals"><Journals viewer={viewer} /></Route>
          <Route path="/diary/journal/:id"><Journal /></Route>
          <Route path="/diary/period-grades/:id"><PeriodGrades /></Route>
          <Route path="/diary/people"><People viewer={viewer} /></Route>
          <Route path="/diary/person/:kind/:id"><Person viewer={viewer} /></Route>
          <Route path="/diary/classes"><Classes viewer={viewer} /></Route>
          <Route path="/diary/setup/*?"><Setup viewer={viewer} /></Route>
          <Route path="/diary/substitutions"><Substitutions viewer={viewer} /></Route>
          <Route path="/diary/open-lessons"><OpenLessons viewer={viewer} /></Route>
          <Route path="/diary/periods"><Periods viewer={viewer} /></Route>
          <Route path="/diary/reports"><Reports viewer={viewer} /></Route>
          <Route path="/diary/imports"><Imports viewer={viewer} /></Route>
          <Route path="/diary/audit"><Audit viewer={viewer} /></Route>
          <Route path="/diary/webhooks"><Webhooks viewer={viewer} /></Route>
          <Route path="/diary/child">{hasPupils ? <Child viewer={viewer} /> : home}</Route>
          <Route path="/diary/notices"><Notices /></Route>
          <Route path="/diary/announcements"><Announcements viewer={viewer} /></Route>
          <Route path="/diary/events"><Events viewer={viewer} /></Route>
          <Route path="/diary/forum"><Boards viewer={viewer} /></Route>
          <Route path="/diary/forum/:id"><Boards viewer={viewer} /></Route>
          <Route path="/diary/topic/:id"><Topic /></Route>
          <Route path="/diary/faq"><Faq viewer={viewer} /></Route>
          <Route path="/diary/moderation"><Moderation viewer={viewer} /></Route>
          <Route path="/diary/messages"><Messages viewer={viewer} /></Route>
          <Route path="/diary/messages/:id"><Conversation viewer={viewer} /></Route>
          <Route path="/diary/surveys"><Surveys viewer={viewer} /></Route>
          <Route path="/diary/survey/:id"><Survey viewer={viewer} /></Route>
          <Route path="/diary/quizzes"><Quizzes viewer={viewer} /></Route>
          <Route path="/diary/quiz/:id"><Quiz viewer={viewer} /></Route>
          <Route path="/diary/quiz-try/:id"><Try viewer={viewer} /></Route>
          <Route path="/diary/questions/:id"><Bank viewer={viewer} /></Route>
          <Route path="/diary/materials"><Materials viewer={viewer} /></Route>
          <Route path="/diary/feed"><Feed viewer={viewer} /></Route>
          <Route path="/diary/pages"><PageList viewer={viewer} /></Route>
          <Route path="/diary/page/:id"><PageScreen viewer={viewer} /></Route>
          <Route path="/diary/site"><Site viewer={viewer} /></Route>
          <Route path="/diary/words"><Words viewer={viewer} /></Route>
          <Route path="/diary/account"><Account viewer={viewer} /></Route>
          <Route><Nowhere /></Route>
        </Switch>
      </Suspense>
    </Shell>
  );
}

function Home({ part, viewer }: { part: Part | undefined; viewer: Viewer }) {
  if (part === "teacher") return <Lessons viewer={viewer} />;
  if (part === "office") return <People viewer={viewer} />;
  if (part === "student") return <Today viewer={viewer} />;
  if (part === "family") return <Week viewer={viewer} />;
  return <NoPart />;
}

/** What whoever has no part in a school today is told: they are new, or have left. */
function NoPart() {
  return (
    <>
      <h1>{t("no_part")}</h1>
      <p>{t("no_part_help")}</p>
      <p><Link href="/diary/account">{t("account")}</Link></p>
    </>
  );
}
