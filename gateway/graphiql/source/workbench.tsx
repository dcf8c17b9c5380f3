/** GraphiQL with the explorer, subscriptions and the prepared tabs. */
import { explorerPlugin } from "@graphiql/plugin-explorer";
import { GraphiQL, HISTORY_PLUGIN } from "graphiql";
import { type Account, signOut } from "./account";
import { fetcher } from "./fetcher";
import { tabs } from "./tabs";
import "./workers";
// Not `graphiql/style.css`: it repeats Monaco's styles and carries fonts as `data:`.
import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "@graphiql/plugin-explorer/style.css";
import "graphiql/graphiql.css";
import "./workbench.css";

const plugins = [HISTORY_PLUGIN, explorerPlugin({ showAttribution: false })];
export default function Workbench({ account }: { account: Account }) {
  return (
    <GraphiQL
      fetcher={fetcher}
      plugins={plugins}
      defaultTabs={tabs}
      defaultEditorToolsVisibility="variables"
      isHeadersEditorEnabled={false}
      storage={storage()}
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

/** Where drafts live while the browser's tab does. GraphiQL shows the first prepared tab, but
 * takes its variables only from here. */
function storage(): Storage {
  const [first] = tabs;
  if (first && sessionStorage.getItem("graphiql:tabState") === null) {
    sessionStorage.setItem("graphiql:query", first.query);
    sessionStorage.setItem("graphiql:variables", first.variables ?? "");
  }
  return sessionStorage;
}

/** Leaves nothing for the next person at this computer: no drafts, no socket, no schema. */
async function leave() {
  try {
    await signOut();
  } finally {
    sessionStorage.clear();
    location.reload();
  }
}
