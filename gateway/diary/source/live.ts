/** The feed over a WebSocket. It resumes after the newest cursor whenever the stream ends. */
import type { SubscriptionForwarder } from "@urql/core";
import { type Client, CloseCode, createClient } from "graphql-ws";
import { answered, feeding, lost } from "./connection";
import { endpoint } from "./gateway";

const PAUSE = 1_000;
const NORMAL = 1_000; // the code of a socket that this page has closed
let socket: Client | undefined;
let over: () => void = () => {};
let resync: () => void = () => {};

/** `onOver` is told when the session has ended, `onResync` when the cursor is of no use. */
export function watch(onOver: () => void, onResync: () => void): void {
  over = onOver;
  resync = onResync;
}

function client(): Client {
  const url = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${endpoint}`;
  if (socket) return socket;
  const own = createClient({
    url,
    retryAttempts: Infinity,
    shouldRetry: (problem) => !isOver(problem),
    retryWait: async (tries) => pause(Math.min(PAUSE * 2 ** tries, 30_000) * (0.5 + Math.random() / 2)),
    on: {
      connected: () => {
        answered();
        feeding(true);
      },
      closed: (event) => {
        if (socket !== own) return; // this page has hung up
        feeding(false);
        if (isOver(event)) over();
        else if ((event as CloseEvent).code !== NORMAL) lost();
      },
    },
  });
  socket = own;
  return own;
}

export function hangUp(): void {
  void socket?.dispose();
  socket = undefined;
  feeding(false);
}

const pause = (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds));

const isOver = (problem: unknown): boolean =>
  problem instanceof CloseEvent && problem.code === CloseCode.Forbidden;

interface Failure {
  extensions?: { code?: string };
}

function codeOf(problem: unknown): string {
  const first: Failure | undefined = Array.isArray(problem) ? problem[0] : undefined;
  return first?.extensions?.code ?? "INTERNAL";
}

export const forward: SubscriptionForwarder = (request) => ({
  subscribe(sink) {
    // A retry of the library sends these variables again: so it resumes where the stream ended.
    const operation = { query: request.query ?? "", variables: { ...request.variables } };
    let ended = false;
    let delivered = 0;
    let leave = () => {};

    function begin(): void {
      delivered = 0;
      leave = client().subscribe(operation, {
        next(result) {
          delivered += 1;
          const event = result.data?.diaryChanged as { cursor: string } | undefined;
          if (event) operation.variables.after = event.cursor;
          sink.next(result as Parameters<typeof sink.next>[0]);
        },
        error: (problem) => void recover(problem),
        complete() {},
      });
    }

    async function recover(problem: unknown): Promise<void> {
      if (ended || isOver(problem)) return;
      const code = codeOf(problem);
      if (code === "UNAUTHENTICATED") over();
      else if (code === "RESYNC" && delivered === 0) resync();
      else if (["RESYNC", "INTERNAL", "TIMEOUT"].includes(code)) {
        await pause(PAUSE);
        if (!ended) begin();
      }
    }

    begin();
    return {
      unsubscribe() {
        ended = true;
        leave();
      },
    };
  },
});

