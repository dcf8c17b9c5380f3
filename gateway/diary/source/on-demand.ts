/** Screens that are loaded when they are first shown, also where the network or the build has gone. */
import { type ComponentType, lazy } from "react";
import { connection, lost, onConnection } from "./connection";

/** A page this young is not loaded anew: it has the newest build there is. */
const YOUNG = 10_000;

const back = () =>
  new Promise<void>((done) => {
    const end = onConnection(() => {
      if (!connection().online) return;
      end();
      done();
    });
  });

/** Whether the gateway answers: then a part that it does not have was of a build that it has no more. */
async function answers(): Promise<boolean> {
  try {
    return (await fetch(location.href, { method: "HEAD" })).ok;
  } catch {
    return false;
  }
}

async function loaded<Module>(load: () => Promise<Module>): Promise<Module> {
  for (;;) {
    try {
      return await load();
    } catch {
      if (await answers()) {
        await new Promise((done) => setTimeout(done, Math.max(0, YOUNG - performance.now())));
        location.reload();
        return new Promise(() => {});
      }
      const again = back();
      lost();
      await again;
    }
  }
}

/** `any`, as React's own type of `lazy` has it. */
export const onDemand = <Props extends ComponentType<any>>(load: () => Promise<{ default: Props }>) => lazy(() => loaded(load));
