import type { ReactNode } from "react";

/** Something wider than the screen, which is scrolled by keys too. */
export function Scroll({ children, label, className = "scroll" }: { children: ReactNode; label?: string; className?: string }) {
  return (
    <div className={className} tabIndex={0} role={label && "region"} aria-label={label}>
      {children}
    </div>
  );
}
