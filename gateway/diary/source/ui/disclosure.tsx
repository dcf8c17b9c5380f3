import { type ReactNode, useState } from "react";

interface Props {
  summary: string;
  /** The summary for who hears it alone. */
  label?: string;
  className?: string;
  /** Whether it is made anew each time it is opened; else what was typed into it stays. */
  anew?: boolean;
  children: ReactNode;
}

/** What is made when it is opened. */
export function Disclosure({ summary, label, className, anew = false, children }: Props) {
  const [made, setMade] = useState(false);
  return (
    <details className={className} onToggle={({ currentTarget: { open } }) => setMade(open || (made && !anew))}>
      <summary aria-label={label}>{summary}</summary>
      {made && children}
    </details>
  );
}
