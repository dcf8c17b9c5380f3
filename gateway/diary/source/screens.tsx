/** Which screen stands at which address. Each is loaded when it is first shown. */
import { Suspense, lazy } from "react";
import { Link, Route, Switch } from "wouter";
import { type Part, type Viewer, partsOf } from "./session";
import { t } from "./texts";
import { Waiting } from "./ui/notices";
import { Shell } from "./ui/shell";

const Week = lazy(() => import("./family/week"));
const Today = lazy(() => import("./family/today"));
const Grades = lazy(() => import("./family/grades"));
const Homework = lazy(() => import("./family/homework"));
const Absences = lazy(() => import("./family/absences"));
const Lessons = lazy(() => import("./teacher/lessons"));
const Lesson = lazy(() => import("./teacher/lesson"));
const Journals = lazy(() => import("./teacher/journals"));
const Journal = lazy(() => import("./teacher/journal"));
const PeriodGrades = lazy(() => import("./teacher/period-grades"));
const People = lazy(() => import("./office/people"));
const Person = lazy(() => import("./office/person"));
const Setup = lazy(() => import("./office/setup"));
const Classes = lazy(() => import("./office/classes"));
const Substitutions = lazy(() => import("./office/substitutions"));
const OpenLessons = lazy(() => import("./office/open-lessons"));
const Periods = lazy(() => import("./office/periods"));
const Reports = lazy(() => import("./office/reports"));
const Imports = lazy(() => import("./office/imports"));
const Audit = lazy(() => import("./office/audit"));
const Webhooks = lazy(() => import("./office/webhooks"));
const Child = lazy(() => import("./family/child"));
const Notices = lazy(() => import("./notices"));
const Announcements = lazy(() => import("./announcements"));
const Events = lazy(() => import("./announcements/events"));
const Boards = lazy(() => import("./forum/boards"));
const Topic = lazy(() => import("./forum/topic"));
const Faq = lazy(() => import("./forum/faq"));
const Moderation = lazy(() => import("./forum/moderation"));
const Messages = lazy(() => import("./messages/list"));
const Conversation = lazy(() => import("./messages/conversation"));
const Surveys = lazy(() => import("./surveys"));
const Survey = lazy(() => import("./surveys/survey"));
const Quizzes = lazy(() => import("./quizzes"));
const Quiz = lazy(() => import("./quizzes/quiz"));
const Try = lazy(() => import("./quizzes/try"));
const Bank = lazy(() => import("./quizzes/bank"));
const Materials = lazy(() => import("./materials"));
const Feed = lazy(() => import("./pages/feed"));
const PageList = lazy(() => import("./pages/list"));
const PageScreen = lazy(() => import("./pages/page"));
const Site = lazy(() => import("./site"));
const Words = lazy(() => import("./words"));
const Account = lazy(() => import("./account"));

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
          <Route path="/diary/homework"><Homework viewer={viewer} /></Route>
          <Route path="/diary/absences"><Absences viewer={viewer} /></Route>
          <Route path="/diary/lessons"><Lessons viewer={viewer} /></Route>
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

function Nowhere() {
  return (
    <>
      <h1>{t("nothing_here")}</h1>
      <p><Link href="/">{t("diary")}</Link></p>
    </>
  );
}

function Home({ part, viewer }: { part: Part | undefined; viewer: Viewer }) {
  if (part === "teacher") return <Lessons viewer={viewer} />;
  if (part === "office") return <People viewer={viewer} />;
  if (part === "student") return <Today viewer={viewer} />;
  return <Week viewer={viewer} />;
}
