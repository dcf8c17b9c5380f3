/** How GraphiQL asks: requests over HTTP, subscriptions over a WebSocket. */
import { type Fetcher, createGraphiQLFetcher } from "@graphiql/toolkit";
import { type DocumentNode, Kind, parse } from "graphql";
import { endpoint, fetched, headers, subscriptions } from "./gateway";

const send = createGraphiQLFetcher({
  url: endpoint,
  headers,
  fetch: fetched,
  wsClient: subscriptions(),
  enableIncrementalDelivery: false,
});

/** Right after a change of tabs GraphiQL still names the last tab's operation; the text decides. */
export const fetcher: Fetcher = (request, options) => {
  const document = parsed(request.query);
  if (!document) return send(request, options);
  const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  const [only] = operations.length === 1 ? operations : [];
  const operationName = only && "name" in only ? only.name?.value : request.operationName;
  return send({ ...request, operationName }, { ...options, documentAST: document });
};

/** The document, unless it is not one: then the gateway says what is wrong with it. */
function parsed(query: string): DocumentNode | undefined {
  try {
    return parse(query);
  } catch {
    return undefined;
  }
}
