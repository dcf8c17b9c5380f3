/** What a browser does by itself where each screen is a page of its own: the window is called after
 * the screen, and who goes on to another begins at its top. */
import { type RefObject, useEffect, useRef } from "react";
import { useLocation } from "wouter";
import { t } from "../texts";

/** Names the window after the heading of what `main` shows, as that changes. */
function useTitle(main: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const name = () => {
      const heading = main.current?.querySelector("h1")?.textContent.trim();
      const title = heading ? `${heading} · ${t("diary")}` : t("diary");
      if (document.title !== title) document.title = title;
    };
    name();
    const observer = new MutationObserver(name);
    observer.observe(main.current!, { childList: true, subtree: true, characterData: true });
    return () => observer.disconnect();
  }, [main]);
}

/** Whoever follows a link to another screen reads on from its beginning. A browser that goes back
 * scrolls to where one was. */
function useTop(main: RefObject<HTMLElement | null>): void {
  const [at] = useLocation();
  const before = useRef(at);
  const back = useRef(false);
  useEffect(() => {
    const goesBack = () => {
      back.current = true;
    };
    addEventListener("popstate", goesBack);
    return () => removeEventListener("popstate", goesBack);
  }, []);
  useEffect(() => {
    if (before.current !== at) {
      main.current?.focus({ preventScroll: true });
      if (!back.current) scrollTo(0, 0);
    }
    before.current = at;
    back.current = false;
  }, [at, main]);
}

export function useArrival(): RefObject<HTMLElement | null> {
  const main = useRef<HTMLElement>(null);
  useTitle(main);
  useTop(main);
  return main;
}
