/** The diary's service worker: it shows what is pushed, and keeps the page for a start without a
 * network. It keeps no answers: those are of whoever is signed in (`gateway.ts`). */
export {};
declare const self: ServiceWorkerGlobalScope;

/** The names of all assets of the build, which `build.py` puts here. */
declare const SHELL: string[];

const CACHE = "gradebook-shell";
/** How long a start waits for the network where the page is kept, in milliseconds. */
const PATIENCE = 4_000;
const home = self.registration.scope;
const assets = `${home}diary/assets/`;

/** What is pushed, as `resolvers/notices/push.py` writes it. */
interface Told {
  title: string;
  text: string;
  path: string;
  tag: string;
}

self.addEventListener("install", (event) => event.waitUntil(keep()));
self.addEventListener("activate", (event) => event.waitUntil(tidy().then(() => self.clients.claim())));

async function keep(): Promise<void> {
  const kept = await caches.open(CACHE);
  await kept.addAll([home, ...SHELL.map((name) => assets + name)]);
}

async function tidy(): Promise<void> {
  const kept = await caches.open(CACHE);
  for (const { url } of await kept.keys()) {
    if (url !== home && !SHELL.includes(url.slice(assets.length))) await kept.delete(url);
  }
}

/** All screens are one page. */
const isScreen = (url: string) => {
  const { pathname } = new URL(url);
  const below = pathname.slice(new URL(home).pathname.length);
  return below === "" || below.startsWith("diary/");
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(home)) return;
  if (request.url.startsWith(assets)) event.respondWith(asset(request));
  else if (request.mode === "navigate" && isScreen(request.url)) event.respondWith(page(request));
});

async function asset(request: Request): Promise<Response> {
  const kept = await caches.open(CACHE);
  const found = await kept.match(request, { ignoreVary: true });
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok) await kept.put(request, answer.clone());
  return answer;
}

/** The page from the gateway; the one that is kept, where that fails or takes long. */
async function page(request: Request): Promise<Response> {
  const kept = await caches.open(CACHE);
  const found = await kept.match(home);
  const asked = fetch(request).then(async (answer) => {
    if (answer.ok) await kept.put(home, answer.clone());
    return answer;
  });
  if (!found) return asked;
  const late = new Promise<Response>((done) => setTimeout(() => done(found), PATIENCE));
  return Promise.race([asked.catch(() => found), late]);
}

self.addEventListener("push", (event) => {
  const { title, text, path, tag } = event.data?.json() as Told;
  event.waitUntil(self.registration.showNotification(title, { body: text, tag, data: path }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(show(String(event.notification.data)));
});

/** Leads to the thing: in the page that is open, or else in a new one. */
async function show(path: string): Promise<void> {
  const open = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const one = open.find(({ url }) => isScreen(url));
  if (!one) {
    await self.clients.openWindow(home + path.replace(/^\//, ""));
    return;
  }
  one.postMessage({ path });
  await one.focus();
}
