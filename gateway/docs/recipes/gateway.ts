/** What every client needs of the gateway: a session, the feed, files, and keys for retries. */
import { type Client, CloseCode, createClient } from "graphql-ws";

export interface Gateway {
  /** Such as `https://diary.example.org`, with the path below which it stands. */
  address: string;
  /** What `signIn` answers. A page on the gateway's own host has a cookie instead. */
  token?: string;
  fetch?: typeof fetch;
}

/** Pages of other sites can't send X-Gradebook-Client unasked: by it the gateway knows that a request is not forged. */
export const headersOf = ({ token }: Gateway): Record<string, string> => ({
  "X-Gradebook-Client": "recipe",
  ...(token && { Authorization: `Bearer ${token}` }),
});

export async function signIn(address: string, login: string, password: string): Promise<string> {
  const query = `mutation SignIn($login: String!, $password: String!) {
    signIn(input: { login: $login, password: $password }) { token errors { message } }
  }`;
  const answer = await fetch(`${address}/graphql`, {
    method: "POST",
    headers: { ...headersOf({ address }), "Content-Type": "application/json" },
    body: JSON.stringify({ query, variables: { login, password } }),
  });
  const { token, errors } = (await answer.json()).data.signIn;
  if (!token) throw new Error(errors[0]?.message ?? "A second factor or another password is wanted");
  return token;
}

/** A new idempotency key. A mutation with the same key may be sent until it is answered, and is done once. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Uploads a file, and answers the id that a mutation names it by. */
export async function upload(gateway: Gateway, file: File, school: string, use: string): Promise<string> {
  const answer = await fetch(`${gateway.address}/files?${new URLSearchParams({ school, use })}`, {
    method: "POST",
    headers: {
      ...headersOf(gateway),
      "Content-Type": "application/octet-stream",
      "Content-Disposition": `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
    },
    body: file,
  });
  const told = await answer.json();
  if (!told.file) throw new Error(told.errors[0].message);
  return told.file.id;
}

export interface Sink {
  next(result: { data?: unknown }): void;
  error(problem: unknown): void;
  complete(): void;
}

type Failure = { extensions?: { code?: string } };

export type Subscribe = (query: string, variables: Record<string, unknown>, sink: Sink) => () => void;

/** The feed. Wherever its socket or its stream ends, it goes on after the newest cursor, so that
 * nothing is missed and nothing told twice. A cursor that is too old ends it with RESYNC: then load
 * everything again, and begin with a new one. */
export class Feed {
  readonly #socket: Client;

  constructor({ address, token }: Gateway) {
    this.#socket = createClient({
      url: `${address.replace(/^http/, "ws")}/graphql`,
      connectionParams: token ? { Authorization: `Bearer ${token}` } : {},
      retryAttempts: Infinity,
      shouldRetry: (problem) => (problem as CloseEvent).code !== CloseCode.Forbidden, // signed out
      retryWait: (tries) => pause(Math.min(1_000 * 2 ** tries, 30_000) * Math.random()),
    });
  }

  readonly subscribe: Subscribe = (query, variables, sink) => {
    // graphql-ws sends this object again after it has connected anew.
    const request = { query, variables: { ...variables } };
    let [delivered, ended, leave] = [0, false, () => {}];
    const begin = () => {
      delivered = 0;
      leave = this.#socket.subscribe(request, {
        next: (result) => {
          delivered += 1;
          const [change] = Object.values(result.data ?? {}) as { cursor?: string }[];
          if (change?.cursor) request.variables.after = change.cursor;
          sink.next(result);
        },
        error: async (problem) => {
          const code = Array.isArray(problem) ? (problem[0] as Failure).extensions?.code : "";
          const again = ["INTERNAL", "TIMEOUT"].includes(code ?? "") || (code === "RESYNC" && delivered > 0);
          if (!again) return sink.error(problem);
          await pause(1_000);
          if (!ended) begin();
        },
        complete: () => sink.complete(),
      });
    };
    begin();
    return () => {
      ended = true;
      leave();
    };
  };

  /** Cuts the connection as a lost network does, to try what follows. */
  cut(): void {
    this.#socket.terminate();
  }

  async close(): Promise<void> {
    await this.#socket.dispose();
  }
}

const pause = (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds));
