/** The service worker, and web push to this device. */
import type { Client } from "@urql/core";
import { navigate } from "wouter/use-browser-location";
import { prefix } from "./gateway";
import { AddPushDeviceDocument, type NoticeSettingsQuery, RemovePushDeviceDocument } from "./generated/graphql";
import { type Refusal, refusalOf } from "./outbox";

type Settings = NonNullable<NoticeSettingsQuery["viewer"]>["noticeSettings"];

const KEPT = "gradebook:push";

/** Starts the worker, which asks for the page's assets: after the page is shown. */
export function startWorker(): void {
  if (!("serviceWorker" in navigator)) return; // the page is not secure
  navigator.serviceWorker.addEventListener("message", ({ data }) => navigate(`${prefix}${data.path}`));
  const start = () => void navigator.serviceWorker.register(`${prefix}/diary/worker.js`, { scope: `${prefix}/` }).catch(() => {});
  if (document.readyState === "complete") start();
  else addEventListener("load", start, { once: true });
}

export const mayPush = (): boolean => "serviceWorker" in navigator && "PushManager" in window;

/** The id of this device among those that are pushed to; null where it is none of them. */
export const ownDevice = (): string | null => localStorage.getItem(KEPT);

/** Has this device told of notices; answers why it could not. */
export async function pushHere(client: Client, { pushKey }: Settings): Promise<Refusal | undefined> {
  if ((await Notification.requestPermission()) !== "granted") return { code: "PUSH_DENIED", message: "" };
  const { pushManager } = await navigator.serviceWorker.ready;
  await unsubscribe();
  const subscribed = await pushManager
    .subscribe({ userVisibleOnly: true, applicationServerKey: pushKey })
    .catch(() => null);
  const { endpoint, keys } = subscribed?.toJSON() ?? {};
  if (!endpoint || !keys?.p256dh || !keys.auth) return { code: "PUSH_FAILED", message: "" };
  const input = { endpoint, p256dh: keys.p256dh, auth: keys.auth, name: navigator.platform || null };
  const result = await client.mutation(AddPushDeviceDocument, { input }).toPromise();
  const refused = refusalOf(result);
  const own = result.data?.addPushDevice?.pushDevice;
  if (own) localStorage.setItem(KEPT, own.id);
  else await unsubscribe();
  return refused;
}

/** Tells the gateway that this device is pushed to no more. */
export async function pushElsewhere(client: Client): Promise<Refusal | undefined> {
  const id = localStorage.getItem(KEPT);
  await endPush();
  if (id === null) return undefined;
  return refusalOf(await client.mutation(RemovePushDeviceDocument, { input: { id } }).toPromise());
}

/** The next person at this device is told nothing, and finds nothing that was told. A push service
 * says to the gateway that there is nobody any more. */
export async function endPush(): Promise<void> {
  if (localStorage.getItem(KEPT) === null) return;
  localStorage.removeItem(KEPT);
  await unsubscribe();
  const worker = await navigator.serviceWorker.getRegistration();
  for (const shown of (await worker?.getNotifications()) ?? []) shown.close();
}

async function unsubscribe(): Promise<void> {
  const worker = await navigator.serviceWorker.getRegistration();
  const subscribed = await worker?.pushManager.getSubscription();
  await subscribed?.unsubscribe().catch(() => false);
}
