/** The gateway's one endpoint: requests over HTTP, subscriptions over a WebSocket. */
import { type Client, createClient } from "graphql-ws";

export const endpoint = "/graphql";

/** No other site can set it without asking, so it tells our requests from forged ones. */
export const headers = { "X-Gradebook-Client": "graphiql" };

interface Answer<Data> {
  data?: Data | null;
  errors?: { message: string }[];
}

export async function ask<Data>(
  query: string,
  variables: Record<string, unknown> = {},
): Promise<Data> {
  const response = await fetch(endpoint, {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", Accept: "application/json", ...headers },
    body: JSON.stringify({ query, variables }),
  });
  const answer = (await response.json()) as Answer<Data>;
  if (!answer.data) {
    throw new Error(answer.errors?.[0]?.message ?? `The gateway answered ${response.status}.`);
  }
  return answer.data;
}

/** Connects with the first subscription; the session's cookie goes with the upgrade. */
export function subscriptions(): Client {
  return createClient({
    url: new URL(endpoint, location.href.replace(/^http/, "ws")).href,
    lazy: true,
    keepAlive: 20_000,
    retryAttempts: 10,
    shouldRetry: (problem) => !isRefusal(problem),
  });
}

/** Whether the gateway closed the socket on purpose: 4401 unauthorized, 4403 forbidden, … */
function isRefusal(problem: unknown): boolean {
  return problem instanceof CloseEvent && problem.code >= 4400 && problem.code < 4500;
}
