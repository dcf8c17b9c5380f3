/** Light or dark: as the system has it, unless chosen here. */
const KEPT = "gradebook:theme";
export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

export function theme(): Theme {
  const kept = localStorage.getItem(KEPT) as Theme | null;
  return kept && themes.includes(kept) ? kept : "system";
}

export function applyTheme(chosen: Theme = theme()): void {
  localStorage.setItem(KEPT, chosen);
  document.documentElement.dataset.theme = chosen;
}
