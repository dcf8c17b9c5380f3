/** GraphiQL with the explorer, subscriptions and the prepared tabs. */
import { explorerPlugin } from "@graphiql/plugin-explorer";
import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { GraphiQL, HISTORY_PLUGIN } from "graphiql";
import { type Account, signOut } from "./account";
import { endpoint, headers, subscriptions } from "./gateway";
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
const fetcher = createGraphiQLFetcher({
  url: endpoint,
  headers,
  wsClient: subscriptions(),
  enableIncrementalDelivery: false,
});

export default function Workbench({ account }: { account: Account }) {
  return (
    <GraphiQL
      fetcher={fetcher}
      plugins={plugins}
      defaultTabs={tabs}
      defaultEditorToolsVisibility="variables"
      isHeadersEditorEnabled={false}
      storage={sessionStorage}
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

/** Leaves nothing for the next person at this computer: no drafts, no socket, no schema. */
async function leave() {
  try {
    await signOut();
  } finally {
    sessionStorage.clear();
    location.reload();
  }
}
