/** The gateway's one endpoint, and the cache in front of it: each record is kept once. */
import {
  type ClientOptions, type CombinedError, type Exchange, type Operation, createClient, fetchExchange, makeOperation, mapExchange,
  subscriptionExchange,
} from "@urql/core";
import { offlineExchange } from "@urql/exchange-graphcache";
import { makeDefaultStorage } from "@urql/exchange-graphcache/default-storage";
import { persistedExchange } from "@urql/exchange-persisted";
import { heard } from "./clock";
import { answered, connection, lost, onConnection } from "./connection";
import keyless from "./generated/keyless.json";
import possibleTypes from "./generated/possible-types.json";
import { updates } from "./links";
import { forgetParts } from "./kept-parts";
import { forward } from "./live";
import { noteChanges, openBooks } from "./journal-book";

/** Where the gateway stands below its host. */
export const prefix = location.pathname.replace(/\/(diary(\/.*)?)?$/, "");
export const endpoint = `${prefix}/graphql`;

/** No other site can set it without asking, so it tells our requests from forged ones. */
export const headers = { Accept: "application/json", "X-Gradebook-Client": "diary" };

const DATABASE = "gradebook-diary";
const OWNER = "gradebook:login";
/** The beginning of the keys of what is still to be sent; the login follows. */
export const OUTBOX = "gradebook:outbox:";
/** Where it is kept what the gateway was told of as seen. */
export const SEEN = "gradebook:seen";
const sessionOver = new Set<() => void>();

export function onSessionOver(listener: () => void): () => void {
  sessionOver.add(listener);
  return () => sessionOver.delete(listener);
}

export function endSession(): void {
  for (const listener of sessionOver) listener();
}

/** How often what is kept was forgotten. What was asked before says nothing of the session since. */
let forgotten = 0;

const watching: Exchange = mapExchange({
  onOperation: (operation) => makeOperation(operation.kind, operation, { ...operation.context, forgotten }),
  onResult(result) {
    if (result.operation.kind !== "query") noteChanges(result.data);
    if (result.operation.kind === "subscription") return;
    if (result.error?.networkError) lost();
    else answered();
    const late = result.operation.context.forgotten !== forgotten;
    if (isUnauthenticated(result.error) && !late && !isAlone(result.operation)) endSession();
  },
});

/** Whether the session of the cookie has ended, or none was begun. */
export const isUnauthenticated = (error: CombinedError | undefined): boolean =>
  error?.graphQLErrors.some(({ extensions }) => extensions.code === "UNAUTHENTICATED") ?? false;

/** Whether it says nothing of a session that is shown here: signing in, or asking who is signed in
 * where nobody was. */
function isAlone({ query }: Operation): boolean {
  const [first] = query.definitions;
  const name = first && "name" in first ? first.name?.value : undefined;
  return name === "SignIn" || (name === "Me" && keptFor() === null);
}

/** A document of the build, with its id. */
interface Persisted {
  __meta__?: { hash: string };
}

/** By POST: what a browser keeps of answers would stay for the next person. Operations are named by
 * the ids of the build's manifest, which its gateway knows; another is sent the texts. */
const sending = [
  persistedExchange({
    enableForMutation: true,
    preferGetForPersistedQueries: false,
    generateHash: async (_, document) => (document as Persisted).__meta__?.hash ?? "",
  }),
  fetchExchange,
];

const options = {
  url: endpoint,
  preferGetMethod: false,
  fetchOptions: { credentials: "same-origin", headers },
  fetch: async (...asked) => {
    const answer = await fetch(...asked);
    heard(answer);
    return answer;
  },
} satisfies Partial<ClientOptions>;

/** Asks without the cache, for what is too large to be kept record by record. */
const plain = createClient({ ...options, exchanges: [watching, ...sending] });

const storage = makeDefaultStorage({ idbName: DATABASE, maxAge: 30 });
let reading: Promise<unknown> = Promise.resolve();

/** When what is kept on this device has been read. */
export const keptIsRead = (): Promise<unknown> => reading;

/** Whom one may write to has the id of a person, which is another record; the office has none. */
const keys = Object.fromEntries([...keyless, "Correspondent"].map((name) => [name, () => null]));

export function makeClient() {
  openBooks(plain);
  return createClient({
    ...options,
    exchanges: [
      offlineExchange({
        keys,
        possibleTypes,
        updates,
        storage: {
          ...storage,
          readData: () => (reading = storage.readData()) as ReturnType<typeof storage.readData>,
          // A browser does not know of a gateway that is away: what failed is asked again as that answers.
          onOnline: (again) => onConnection(() => connection().online && again()),
        },
        isOfflineError: (error) => Boolean(error?.networkError),
      }),
      watching,
      ...sending,
      subscriptionExchange({ forwardSubscription: forward }),
    ],
  });
}

/** What is kept on this device belongs to whoever has signed in last. */
export async function keepFor(login: string): Promise<void> {
  const before = keptFor();
  if (before === login) return;
  if (before !== null) await forget();
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(OUTBOX) && !key.startsWith(`${OUTBOX}${login}:`)) localStorage.removeItem(key);
  }
  localStorage.setItem(OWNER, login);
  owner = login;
  if (before !== null) location.reload();
}

export const keptFor = (): string | null => localStorage.getItem(OWNER);

/** Whose this page is. The cookie is that of all pages of the browser: where another has signed out
 * or is somebody else's, or the browser goes back to what it showed before, this one begins anew. */
let owner = keptFor();

function compare(): void {
  if (keptFor() !== owner) location.reload();
}

addEventListener("storage", compare);
addEventListener("pageshow", compare);

/** Leaves nothing for the next person at this computer. What was not sent yet may wait until the same
 * person signs in again. */
export async function forget(keepUnsent = false): Promise<void> {
  owner = null;
  forgotten += 1;
  for (const key of Object.keys(localStorage)) {
    if (key === OWNER || key === SEEN || (!keepUnsent && key.startsWith(OUTBOX))) localStorage.removeItem(key);
  }
  await Promise.all([storage.clear(), forgetParts()]);
}
