/** What the address of a screen asks for. */
import { useParams, useSearchParams } from "wouter";

/** What it asks for besides the screen, and how one part of that is changed. */
export function useAsked(): [URLSearchParams, (changed: Record<string, string>) => void] {
  const [asked, set] = useSearchParams();
  return [asked, (changed) => set((before) => new URLSearchParams({ ...Object.fromEntries(before), ...changed }))];
}

/** The id of the record whose screen it is. */
export function useIdAsked(): string {
  const { id = "" } = useParams<{ id: string }>();
  return decodeURIComponent(id);
}
