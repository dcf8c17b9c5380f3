/** GraphiQL with the explorer, subscriptions and the prepared tabs. */
import { explorerPlugin } from "@graphiql/plugin-explorer";
import { GraphiQL, HISTORY_PLUGIN } from "graphiql";
import { useState } from "react";
import { type Account, signOut } from "./account";
import { fetcher } from "./fetcher";
import { type Tab, tabs } from "./tabs";
import "./workers";
// Not `graphiql/style.css`: it repeats Monaco's styles and carries fonts as `data:`.
import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "@graphiql/plugin-explorer/style.css";
import "graphiql/graphiql.css";
import "./workbench.css";

const WRITER = "gradebook:login";
const plugins = [HISTORY_PLUGIN, explorerPlugin({ showAttribution: false })];
export default function Workbench({ account }: { account: Account }) {
  const [ready] = useState(() => tabs(account));
  const [kept] = useState(() => storage(account, ready));
  return (
    <GraphiQL
      fetcher={fetcher}
      plugins={plugins}
      defaultTabs={ready}
      defaultEditorToolsVisibility="variables"
      isHeadersEditorEnabled={false}
      storage={kept}
    >
      <GraphiQL.Logo>
        <span className="who" title={account.login}>
          {account.displayName}
        </span>
        <button type="button" className="sign-out" onClick={() => void leave()}>
          Sign out
        </button>
      </GraphiQL.Logo>
    </GraphiQL>
  );
}

/** Where drafts live while the browser's tab does, for whoever wrote them: also where their
 * session has ended meanwhile. GraphiQL takes what the tab that it shows holds only from here, and
 * would open another tab where that is not the same. */
function storage({ login }: Account, ready: Tab[]): Storage {
  if (sessionStorage.getItem(WRITER) !== login) sessionStorage.clear();
  sessionStorage.setItem(WRITER, login);
  const shown = shownTab() ?? ready[0];
  sessionStorage.setItem("graphiql:query", shown?.query ?? "");
  sessionStorage.setItem("graphiql:variables", shown?.variables ?? "");
  return sessionStorage;
}

/** The tab that was in front when the page was left. */
function shownTab(): Tab | undefined {
  const state = sessionStorage.getItem("graphiql:tabState");
  if (state === null) return undefined;
  const { tabs, activeTabIndex } = JSON.parse(state) as { tabs: Tab[]; activeTabIndex: number };
  return tabs[activeTabIndex];
}

/** Leaves nothing for the next person at this computer: no drafts, no socket, no schema. */
async function leave() {
  let elsewhere: string | null = null;
  try {
    elsewhere = await signOut();
  } finally {
    sessionStorage.clear();
    if (elsewhere) location.assign(elsewhere);
    else location.reload();
  }
}
