/** Where an office sets up its school: what there is, and the screen of each part. */
import { Route, Switch } from "wouter";
import { type Viewer, officeSchool } from "../../session";
import { Nowhere } from "../../ui/nowhere";
import { Attendance } from "./attendance";
import { Bells } from "./bells";
import { Course } from "./course";
import { Courses } from "./courses";
import { Days } from "./days";
import { Grading } from "./grading";
import { Rooms, Subjects, WorkTypes } from "./lists";
import { Overview } from "./overview";
import { OwnRules } from "./own-rules";
import { Timetable } from "./timetable";

export default function Setup({ viewer }: { viewer: Viewer }) {
  const school = officeSchool(viewer);
  if (!school) return <Nowhere />;
  return (
    <Switch>
      <Route path="/diary/setup"><Overview school={school} /></Route>
      <Route path="/diary/setup/rules"><OwnRules school={school} /></Route>
      <Route path="/diary/setup/days"><Days school={school} /></Route>
      <Route path="/diary/setup/bells"><Bells school={school} /></Route>
      <Route path="/diary/setup/subjects"><Subjects school={school} /></Route>
      <Route path="/diary/setup/rooms"><Rooms school={school} /></Route>
      <Route path="/diary/setup/work-types"><WorkTypes school={school} /></Route>
      <Route path="/diary/setup/grading"><Grading school={school} /></Route>
      <Route path="/diary/setup/attendance"><Attendance school={school} /></Route>
      <Route path="/diary/setup/courses"><Courses school={school} /></Route>
      <Route path="/diary/setup/course/:id"><Course school={school} /></Route>
      <Route path="/diary/setup/timetable"><Timetable school={school} /></Route>
      <Route><Nowhere /></Route>
    </Switch>
  );
}
