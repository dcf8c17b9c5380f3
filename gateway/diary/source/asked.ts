/** What the address of a screen asks for. */
import { useParams, useSearchParams } from "wouter";

/** What it asks for besides the screen, and how one part of that is changed. */
export function useAsked(): [URLSearchParams, (changed: Record<string, string>) => void] {
  const [asked, set] = useSearchParams();
  return [asked, (changed) => set((before) => new URLSearchParams({ ...Object.fromEntries(before), ...changed }))];
}

/** The id of the record whose screen it is; empty where the address names none. */
export function useIdAsked(): string {
  const { id = "" } = useParams<{ id?: string }>();
  return decoded(id);
}

/** A part of an address. One that was mistyped, or cut off on its way, stays as it is. */
export function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
