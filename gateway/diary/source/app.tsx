/** Who is signed in decides what is shown; the feed begins with them. */
import { Suspense, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { type Client, Provider, useClient } from "urql";
import { useRoute } from "wouter";
import { decoded } from "./asked";
import { nextEpoch, useData } from "./epoch";
import { endSession, forget, isUnauthenticated, keepFor, keptFor, keptIsRead, makeClient, onSessionOver, prefix } from "./gateway";
import { BeginDocument, LiveDocument, MeDocument } from "./generated/graphql";
import { hangUp, watch } from "./live";
import { tell } from "./news";
import { onDemand } from "./on-demand";
import { following, sent } from "./operations";
import { close, open, unsentCount } from "./outbox";
import { endPush } from "./push";
import { useRights } from "./rights";
import { Screens } from "./screens";
import { type Viewer, endWhatWasLeft, signOut } from "./session";
import { language, onLanguage, t } from "./texts";
import { SignIn } from "./ui/sign-in";
import { Problem, Waiting } from "./ui/notices";

const PublicSite = onDemand(() => import("./site/public"));
const PATIENCE = 3_000;
const RETRY = 4_000;

export function App() {
  useSyncExternalStore(onLanguage, language); // another language is another text everywhere
  const [session, setSession] = useState(0);
  const [ended, setEnded] = useState(false);
  const client = useMemo(makeClient, [session]);
  const [read, setRead] = useState<Client>();
  const [, site] = useRoute("/diary/site/:school/:slug?");

  useEffect(
    () =>
      onSessionOver(() => {
        hangUp();
        close();
        setRead(undefined); // nothing more is asked, and nobody signs in before all is forgotten
        const wasHere = keptFor() !== null;
        setEnded((before) => before || wasHere);
        void endPush();
        void forget(true).then(() => {
          nextEpoch();
          setSession((before) => before + 1);
        });
      }),
    [],
  );

  async function signedIn() {
    await forget(true);
    nextEpoch();
    setEnded(false);
    setSession((before) => before + 1);
  }

  useEffect(() => {
    void keptIsRead()
      .then(() => endWhatWasLeft(client))
      .then(() => setRead(client));
  }, [client]);

  if (read !== client) return <Waiting />;
  if (site) {
    return (
      <Provider value={client} key={session}>
        <Suspense fallback={<Waiting />}>
          <PublicSite school={decoded(site.school)} slug={site.slug && decoded(site.slug)} />
        </Suspense>
      </Provider>
    );
  }
  return (
    <Provider value={client} key={session}>
      {ended ? <SignIn ended onSignedIn={() => void signedIn()} /> : <Entrance onSignedIn={() => void signedIn()} />}
    </Provider>
  );
}

function Entrance({ onSignedIn }: { onSignedIn: () => void }) {
  const client = useClient();
  const { data, error, waiting, stale } = useData(MeDocument, {});
  const viewer = data?.viewer;
  const login = viewer?.account.login;
  const ready = useFeed(login);
  useRights(client, login);
  const [left, setLeft] = useState(false);

  if (left || waiting || (stale && !viewer)) return <Waiting />;
  if (isUnauthenticated(error)) return <SignIn ended={false} onSignedIn={onSignedIn} />;
  if (!data) return <Problem error={error} />;
  if (!viewer) return <SignIn ended={false} onSignedIn={onSignedIn} />;
  if (!ready) return <Waiting />;
  return <Screens viewer={viewer as Viewer} onSignOut={leave} />;

  async function leave() {
    if (unsentCount() > 0 && !confirm(t("leaves_unsent", { count: unsentCount() }))) return;
    let elsewhere: string | null = null;
    try {
      elsewhere = await signOut(client);
    } finally {
      setLeft(true); // whoever goes back finds nothing
      hangUp();
      await endPush();
      await forget();
      location.assign(elsewhere ?? `${prefix}/`);
    }
  }
}

/** Listens to the feed from a cursor that is older than what the screens ask for, so that nothing is
 * missed and nothing asked twice. Where that takes long, the screens begin with what is kept here. */
function useFeed(login: string | undefined): boolean {
  const client = useClient();
  const [ready, setReady] = useState(false);
  useEffect(() => {
    if (!login) return undefined;
    let [stop, left, late] = [() => {}, false, false];
    const timer = setTimeout(() => {
      late = true;
      setReady(true);
    }, PATIENCE);

    async function listen(): Promise<void> {
      const asked = client.query(BeginDocument, {}, { requestPolicy: "network-only" });
      const { data } = await asked.toPromise();
      if (left) return;
      clearTimeout(timer);
      setReady(true);
      if (!data) {
        late = true;
        setTimeout(() => void (left || listen()), RETRY);
        return;
      }
      if (late) nextEpoch();
      const live = client.subscription(LiveDocument, { after: data.changes.cursor });
      stop = live.subscribe(({ data: told }) => told && tell(told.diaryChanged)).unsubscribe;
    }

    function listenAnew(): void {
      late = true;
      stop();
      void listen();
    }

    void keepFor(login).then(() => {
      if (left) return;
      open(client, sent, following);
      watch(endSession, listenAnew);
      void listen();
    });
    return () => {
      left = true;
      clearTimeout(timer);
      stop();
      hangUp();
    };
  }, [client, login]);
  return ready;
}
