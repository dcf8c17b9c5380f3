/** Whose diary is shown: of one child, of all side by side, or a student's own. */
import type { ReactNode } from "react";
import { useAsked } from "../asked";
import { type School, type Viewer, schoolOf } from "../session";
import { t } from "../texts";
import { Problem } from "../ui/notices";
import { Scroll } from "../ui/scroll";

export type Pupil = Viewer["children"][number] | NonNullable<Viewer["student"]>;
const ALL = "all";

export function pupilsOf(viewer: Viewer): Pupil[] {
  return [...(viewer.student ? [viewer.student] : []), ...viewer.children];
}

function usePupils(viewer: Viewer): Pupil[] {
  const [asked] = useAsked();
  const all = pupilsOf(viewer);
  const child = asked.get("child");
  if (child === ALL) return all;
  return all.filter(({ id }, index) => (child ? id === child : index === 0));
}

function ChildPicker({ viewer }: { viewer: Viewer }) {
  const [asked, ask] = useAsked();
  const all = pupilsOf(viewer);
  if (all.length < 2) return null;
  const chosen = asked.get("child") ?? all[0]?.id;
  const choices: [string, string][] = all.map(({ id, displayName }) => [id, displayName]);
  choices.push([ALL, t("side_by_side")]);
  return (
    <div className="choices" role="group" aria-label={t("children")}>
      {choices.map(([id, name]) => (
        <button key={id} type="button" aria-pressed={id === chosen} onClick={() => ask({ child: id })}>
          {name}
        </button>
      ))}
    </div>
  );
}

interface Props {
  viewer: Viewer;
  title: string;
  children: (pupil: Pupil, school: School | undefined) => ReactNode;
}

/** A screen of each student that is shown; its title names a student who is alone. */
export function Pupils({ viewer, title, children }: Props) {
  const shown = usePupils(viewer);
  const sections = shown.map((pupil) => (
    <section key={pupil.id} aria-labelledby={`of-${pupil.id}`} className="of-pupil">
      <h1 id={`of-${pupil.id}`}>
        {title} <small>{pupil.displayName}{pupil.classGroups.map(({ name }) => `, ${name}`)}</small>
      </h1>
      {children(pupil, schoolOf(viewer, pupil))}
    </section>
  ));
  return (
    <>
      <ChildPicker viewer={viewer} />
      {shown.length === 0 && <><h1>{title}</h1><Problem /></>}
      {sections.length > 1 ? <Scroll className="side-by-side" label={t("side_by_side")}>{sections}</Scroll> : sections}
    </>
  );
}
