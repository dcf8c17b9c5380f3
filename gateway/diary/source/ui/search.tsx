import { type ReactNode, useDeferredValue, useState } from "react";
import { t } from "../texts";

/** What is searched for in a list, null for nothing, and the field that it is typed into. */
export function useSearch(onTyped: () => void = () => {}): [string | null, ReactNode] {
  const [typed, setTyped] = useState("");
  const search = useDeferredValue(typed.trim()) || null;

  function type(text: string): void {
    onTyped();
    setTyped(text);
  }

  const field = (
    <>
      <label htmlFor="search">{t("search")}</label>
      <input id="search" type="search" value={typed} autoComplete="off" onChange={({ target }) => type(target.value)} />
    </>
  );
  return [search, field];
}
