import type { ReactNode } from "react";

/** Something wider than the screen, which is scrolled by keys too. */
export function Scroll({ children, label }: { children: ReactNode; label?: string }) {
  return (
    <div className="scroll" tabIndex={0} role={label && "region"} aria-label={label}>
      {children}
    </div>
  );
}
