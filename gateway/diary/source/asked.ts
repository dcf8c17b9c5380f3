import { useSearchParams } from "wouter";

/** What the address asks for besides its screen, and how one part of that is changed. */
export function useAsked(): [URLSearchParams, (changed: Record<string, string>) => void] {
  const [asked, set] = useSearchParams();
  return [asked, (changed) => set((before) => new URLSearchParams({ ...Object.fromEntries(before), ...changed }))];
}
