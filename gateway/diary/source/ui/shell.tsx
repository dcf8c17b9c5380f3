import { type KeyboardEvent, type ReactNode, Suspense, useEffect, useRef } from "react";
import { Link, useLocation } from "wouter";
import { useUnread } from "../bell";
import { useConnection } from "../connection";
import { prefix } from "../gateway";
import { useNews } from "../news";
import { onDemand } from "../on-demand";
import { useOutbox } from "../outbox";
import { useUnreadMessages } from "../post";
import { type Viewer, isHead, leads, partsOf } from "../session";
import { t, type Key } from "../texts";
import { useArrival } from "./arrival";
import { Boundary } from "./boundary";
import { ConnectionNotice } from "./notices";
import { Preferences } from "./preferences";

const Refusals = onDemand(() => import("../teacher/refusals"));
/** Screens that show what was refused beside where it is entered. */
const SHOWS_REFUSED = /^\/diary\/(lesson|journal)\//;

const NAV: Record<string, [string, Key][]> = {
  family: [
    ["/diary/week", "nav_week"],
    ["/diary/grades", "nav_grades"],
    ["/diary/homework", "nav_homework"],
    ["/diary/materials", "nav_materials"],
    ["/diary/quizzes", "nav_quizzes"],
    ["/diary/absences", "nav_absences"],
    ["/diary/child", "nav_child"],
  ],
  student: [
    ["/diary/today", "nav_today"],
    ["/diary/week", "nav_week"],
    ["/diary/grades", "nav_grades"],
    ["/diary/homework", "nav_homework"],
    ["/diary/materials", "nav_materials"],
    ["/diary/quizzes", "nav_quizzes"],
    ["/diary/absences", "nav_absences"],
    ["/diary/child", "nav_child"],
  ],
  teacher: [
    ["/diary/lessons", "nav_lessons"],
    ["/diary/journals", "nav_journals"],
    ["/diary/reports", "nav_reports"],
    ["/diary/materials", "nav_materials"],
    ["/diary/quizzes", "nav_quizzes"],
  ],
  office: [
    ["/diary/people", "nav_people"],
    ["/diary/classes", "nav_classes"],
    ["/diary/setup", "nav_setup"],
    ["/diary/substitutions", "nav_substitutions"],
    ["/diary/open-lessons", "nav_open_lessons"],
    ["/diary/periods", "nav_periods"],
    ["/diary/reports", "nav_reports"],
  ],
};

/** Screens to which another leads: that one is marked as the part of the diary that they are of. */
const BELONGS = [
  ["/diary/lesson/", "/diary/lessons"],
  ["/diary/journal/", "/diary/journals"],
  ["/diary/period-grades/", "/diary/journals"],
  ["/diary/person/", "/diary/people"],
] as const;

/** For everybody who has a part in a school. */
const SHARED: [string, Key][] = [
  ["/diary/words", "nav_words"],
  ["/diary/announcements", "nav_announcements"],
  ["/diary/events", "nav_events"],
  ["/diary/surveys", "nav_surveys"],
  ["/diary/messages", "nav_messages"],
  ["/diary/feed", "nav_feed"],
  ["/diary/forum", "nav_forum"],
  ["/diary/faq", "nav_faq"],
  ["/diary/site", "nav_site"],
];

const OF_HEADS: [string, Key][] = [
  ["/diary/imports", "nav_imports"],
  ["/diary/materials", "nav_materials"],
  ["/diary/quizzes", "nav_quizzes"],
  ["/diary/moderation", "nav_moderation"],
];

/** For the head alone. */
const OF_HEAD: [string, Key][] = [
  ["/diary/audit", "nav_audit"],
  ["/diary/webhooks", "nav_webhooks"],
];

interface Props {
  viewer: Viewer;
  onSignOut: () => void;
  children: ReactNode;
}

export function Shell({ viewer, onSignOut, children }: Props) {
  const [at] = useLocation();
  const news = useNews();
  const unread = useUnread();
  const unreadMessages = useUnreadMessages();
  const { live } = useConnection();
  const main = useArrival();
  const bar = useRef<HTMLElement>(null);
  const parts = partsOf(viewer);
  const links = new Map([
    ...parts.flatMap((part) => NAV[part] ?? []),
    ...(parts.length > 0 ? SHARED : []),
    ...(leads(viewer) ? OF_HEADS : []),
    ...(isHead(viewer) ? OF_HEAD : []),
  ]);
  const [home] = links.keys();
  const here = at === "/" ? home : at;
  useEffect(() => {
    // Not scrollIntoView: the keyboard would go on from there, past the link that skips all this.
    const shown = bar.current?.querySelector<HTMLElement>("[aria-current]");
    if (bar.current && shown) bar.current.scrollLeft = shown.offsetLeft - (bar.current.clientWidth - shown.offsetWidth) / 2;
  }, [here]);
  return (
    <>
      <a className="skip" href="#main">{t("skip")}</a>
      <header className="bar">
        <Link className="brand" href="/">{t("diary")}</Link>
        <nav aria-label={t("screens")} ref={bar}>
          <ul>
            {[...links].map(([href, name]) => (
              <li key={href}>
                <Link href={href} className={name === "nav_messages" ? "counted" : undefined} aria-current={here?.startsWith(href) ? "page" : BELONGS.some(([to, of]) => of === href && here?.startsWith(to)) || undefined}>
                  {t(name)}
                  {name === "nav_messages" && unreadMessages > 0 && (
                    <><b aria-hidden="true">{unreadMessages > 99 ? "99+" : unreadMessages}</b><span className="unseen"> {t("unread", { count: unreadMessages })}</span></>
                  )}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
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

/** What was entered on another screen, perhaps before this page was opened, and refused. */
function RefusedElsewhere() {
  const isSome = useOutbox().some(({ refused }) => refused);
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
