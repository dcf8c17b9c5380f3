/** The gateway's one endpoint: requests over HTTP, subscriptions over a WebSocket. */
import { type Client, CloseCode, MessageType, createClient } from "graphql-ws";

/** Where the gateway stands below its host. */
export const prefix = location.pathname.replace(/\/graphiql\/?$/, "");
export const endpoint = `${prefix}/graphql`;

/** No other site can set it without asking, so it tells our requests from forged ones. */
export const headers = { "X-Gradebook-Client": "graphiql" };

interface Failure {
  message: string;
  extensions?: { code?: string };
}

interface Answer<Data> {
  data?: Data | null;
  errors?: readonly Failure[];
}

/** The session is over. */
export class Unauthenticated extends Error {}

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
  if (isUnauthenticated(answer.errors)) throw new Unauthenticated();
  if (!answer.data) {
    throw new Error(answer.errors?.[0]?.message ?? `The gateway answered ${response.status}.`);
  }
  return answer.data;
}

/** What GraphiQL asks over HTTP; where the session is over, the page begins anew at its sign-in. */
export async function fetched(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, init);
  const answer: Answer<unknown> = await response
    .clone()
    .json()
    .catch(() => ({}));
  if (isUnauthenticated(answer.errors)) location.reload();
  return response;
}

function isUnauthenticated(errors: readonly Failure[] | undefined): boolean {
  return errors?.some(({ extensions }) => extensions?.code === "UNAUTHENTICATED") ?? false;
}

/** Connects with the first subscription; the session's cookie goes with the upgrade. */
export function subscriptions(): Client {
  return createClient({
    url: new URL(endpoint, location.href.replace(/^http/, "ws")).href,
    lazy: true,
    keepAlive: 20_000,
    retryAttempts: 10,
    shouldRetry: (problem) => !isRefusal(problem),
    on: {
      message: (message) => {
        if (message.type === MessageType.Error && isUnauthenticated(message.payload as Failure[])) {
          location.reload();
        }
      },
      closed: (event) => {
        if (event instanceof CloseEvent && event.code === CloseCode.Forbidden) location.reload();
      },
    },
  });
}

/** Whether the gateway closed the socket on purpose: 4401 unauthorized, 4403 session over, … */
function isRefusal(problem: unknown): boolean {
  return problem instanceof CloseEvent && problem.code >= 4400 && problem.code < 4500;
}
