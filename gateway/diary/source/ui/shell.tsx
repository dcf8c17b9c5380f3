import { type KeyboardEvent, type ReactNode, Suspense, useEffect, useRef, useState } from "react";
import { Link, useLocation } from "wouter";
import { useUnread } from "../bell";
import { useConnection } from "../connection";
import { prefix } from "../gateway";
import { useNews } from "../news";
import { onDemand } from "../on-demand";
import { useOutbox } from "../outbox";
import { useUnreadMessages } from "../post";
import { type Part, type Viewer, isHead, leads, partsOf } from "../session";
import { t, type Key } from "../texts";
import { useArrival } from "./arrival";
import { Boundary } from "./boundary";
import { ConnectionNotice } from "./notices";
import { Preferences } from "./preferences";

const Refusals = onDemand(() => import("../teacher/refusals"));
/** Screens that show what was refused beside where it is entered. */
const SHOWS_REFUSED = /^\/diary\/(lesson|journal)\//;

/** Who is led to a screen: those with a part in a school, whoever leads one, and the head alone. */
type Who = Part | "anybody" | "heads" | "head";

const LEARNS: Who[] = ["student", "family"];

/** The screens by what they are for, each with those whom it is for. The first is where one begins. */
const GROUPS: [Key, [href: string, name: Key, ...whom: Who[]][]][] = [
  ["group_teaching", [
    ["/diary/lessons", "nav_lessons", "teacher"],
    ["/diary/journals", "nav_journals", "teacher"],
    ["/diary/reports", "nav_reports", "teacher"],
    ["/diary/materials", "nav_materials", "teacher"],
    ["/diary/quizzes", "nav_quizzes", "teacher"],
  ]],
  ["group_office", [
    ["/diary/people", "nav_people", "office"],
    ["/diary/classes", "nav_classes", "office"],
    ["/diary/setup", "nav_setup", "office"],
    ["/diary/periods", "nav_periods", "office"],
    ["/diary/imports", "nav_imports", "heads"],
    ["/diary/audit", "nav_audit", "head"],
    ["/diary/webhooks", "nav_webhooks", "head"],
  ]],
  ["group_lessons", [
    ["/diary/substitutions", "nav_substitutions", "office"],
    ["/diary/open-lessons", "nav_open_lessons", "office"],
    ["/diary/reports", "nav_reports", "office"],
    ["/diary/materials", "nav_materials", "heads"],
    ["/diary/quizzes", "nav_quizzes", "heads"],
  ]],
  ["group_learning", [
    ["/diary/today", "nav_today", "student"],
    ["/diary/week", "nav_week", ...LEARNS],
    ["/diary/grades", "nav_grades", ...LEARNS],
    ["/diary/homework", "nav_homework", ...LEARNS],
    ["/diary/materials", "nav_materials", ...LEARNS],
    ["/diary/quizzes", "nav_quizzes", ...LEARNS],
    ["/diary/absences", "nav_absences", ...LEARNS],
    ["/diary/child", "nav_child", ...LEARNS],
  ]],
  ["group_shared", [
    ["/diary/messages", "nav_messages", "anybody"],
    ["/diary/announcements", "nav_announcements", "anybody"],
    ["/diary/events", "nav_events", "anybody"],
    ["/diary/surveys", "nav_surveys", "anybody"],
    ["/diary/feed", "nav_feed", "anybody"],
    ["/diary/forum", "nav_forum", "anybody"],
    ["/diary/moderation", "nav_moderation", "heads"],
    ["/diary/faq", "nav_faq", "anybody"],
    ["/diary/site", "nav_site", "anybody"],
    ["/diary/words", "nav_words", "anybody"],
  ]],
];

/** What a viewer is led to, each screen once. */
function groupsFor(viewer: Viewer): [Key, [string, Key][]][] {
  const who = new Set<Who>(partsOf(viewer));
  if (who.size > 0) who.add("anybody");
  if (leads(viewer)) who.add("heads");
  if (isHead(viewer)) who.add("head");
  const found = new Set<string>();
  const groups = GROUPS.map(([group, links]): [Key, [string, Key][]] => [
    group,
    links.flatMap(([href, name, ...whom]): [string, Key][] => {
      if (found.has(href) || !whom.some((one) => who.has(one))) return [];
      found.add(href);
      return [[href, name]];
    }),
  ]);
  return groups.filter(([, links]) => links.length > 0);
}

/** Screens to which another leads: that one is marked as the part of the diary that they are of. */
const BELONGS = [
  ["/diary/lesson/", "/diary/lessons"],
  ["/diary/journal/", "/diary/journals"],
  ["/diary/period-grades/", "/diary/journals"],
  ["/diary/person/", "/diary/people"],
] as const;

interface Props {
  viewer: Viewer;
  onSignOut: () => void;
  children: ReactNode;
}

export function Shell({ viewer, onSignOut, children }: Props) {
  const [at] = useLocation();
  const news = useNews();
  const unread = useUnread();
  const { live } = useConnection();
  const main = useArrival();
  return (
    <>
      <a className="skip" href="#main">{t("skip")}</a>
      <header className="bar">
        <Link className="brand" href="/">{t("diary")}</Link>
        <Navigation viewer={viewer} />
        <span className="live" role="img" aria-label={t("live")} title={t("live")} hidden={!live} />
        <Link className="bell" href="/diary/notices" aria-label={`${t("notices")}: ${t("unread", { count: unread })}`}>
          <Bell />{unread > 0 && <b>{unread > 99 ? "99+" : unread}</b>}
        </Link>
        <AccountMenu name={viewer.account.displayName} onSignOut={onSignOut} />
      </header>
      <ConnectionNotice />
      {!SHOWS_REFUSED.test(at) && <RefusedElsewhere />}
      <div role="status" aria-live="polite" className="unseen">{news}</div>
      <main id="main" tabIndex={-1} ref={main}><Boundary at={at}>{children}</Boundary></main>
    </>
  );
}

/** On a small screen the links stand in one line that scrolls; a button shows them all. */
function Navigation({ viewer }: { viewer: Viewer }) {
  const [at] = useLocation();
  const unread = useUnreadMessages();
  const [all, setAll] = useState(false);
  const bar = useRef<HTMLElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const groups = groupsFor(viewer);
  const here = /^\/(diary\/?)?$/.test(at) ? groups[0]?.[1][0]?.[0] : at;
  useEffect(() => {
    setAll(false);
    // Not scrollIntoView: the keyboard would go on from there, past the link that skips all this.
    const shown = bar.current?.querySelector<HTMLElement>("[aria-current]");
    if (bar.current && shown) bar.current.scrollLeft = shown.offsetLeft - (bar.current.clientWidth - shown.offsetWidth) / 2;
  }, [here]);

  function onKeyDown({ key }: KeyboardEvent) {
    if (key !== "Escape" || !all) return;
    setAll(false);
    button.current?.focus();
  }

  return (
    <>
      <button type="button" className="all" ref={button} aria-label={t("all_screens")} aria-controls="screens" aria-expanded={all} onClick={() => setAll(!all)} onKeyDown={onKeyDown}>
        <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true"><path d="M4 6h16M4 12h16M4 18h16" stroke="currentColor" strokeWidth="2" strokeLinecap="round" /></svg>
      </button>
      <nav id="screens" aria-label={t("screens")} className={all ? "whole" : undefined} ref={bar} onKeyDown={onKeyDown}>
        {groups.map(([group, links]) => (
          <div className="group" key={group}>
            <span id={group}>{t(group)}</span>
            <ul aria-labelledby={group}>
              {links.map(([href, name]) => (
                <li key={href}>
                  <Link href={href} className={name === "nav_messages" ? "counted" : undefined} aria-current={here?.startsWith(href) ? "page" : BELONGS.some(([to, of]) => of === href && here?.startsWith(to)) || undefined}>
                    {t(name)}
                    {name === "nav_messages" && unread > 0 && (
                      <><b aria-hidden="true">{unread > 99 ? "99+" : unread}</b><span className="unseen"> {t("unread", { count: unread })}</span></>
                    )}
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </nav>
    </>
  );
}

/** What was entered on another screen, perhaps before this page was opened, and refused or failed. */
function RefusedElsewhere() {
  const isSome = useOutbox().some(({ refused, failing }) => refused || failing);
  return isSome && <Suspense><Refusals /></Suspense>;
}

function Bell() {
  return (
    <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
      <path d="M12 3a6 6 0 0 0-6 6v4.5L4 17h16l-2-3.5V9a6 6 0 0 0-6-6Zm-2 15.5a2 2 0 0 0 4 0" fill="none" stroke="currentColor" strokeWidth="2" strokeLinejoin="round" strokeLinecap="round" />
    </svg>
  );
}

/** Closes by Escape, and when one goes on to something else. */
function AccountMenu({ name, onSignOut }: { name: string; onSignOut: () => void }) {
  const menu = useRef<HTMLDetailsElement>(null);
  const [at] = useLocation();

  function close() {
    if (menu.current) menu.current.open = false;
  }

  function onKeyDown({ key }: KeyboardEvent) {
    if (key !== "Escape" || !menu.current?.open) return;
    close();
    menu.current.querySelector("summary")?.focus();
  }

  useEffect(close, [at]);
  useEffect(() => {
    const elsewhere = ({ target }: Event) => {
      if (!menu.current?.contains(target as Node)) close();
    };
    document.addEventListener("pointerdown", elsewhere);
    document.addEventListener("focusin", elsewhere);
    return () => {
      document.removeEventListener("pointerdown", elsewhere);
      document.removeEventListener("focusin", elsewhere);
    };
  }, []);
  return (
    <details className="account" ref={menu} onKeyDown={onKeyDown}>
      <summary>{name}</summary>
      <div>
        <Preferences />
        <p><Link href="/diary/account">{t("account")}</Link></p>
        <p><a href={`${prefix}/docs`}>{t("for_developers")}</a></p>
        <button type="button" onClick={onSignOut}>{t("sign_out")}</button>
      </div>
    </details>
  );
}
