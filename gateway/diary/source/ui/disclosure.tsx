import { type ReactNode, useState } from "react";

interface Props {
  summary: string;
  className?: string;
  children: ReactNode;
}

/** What is made when it is first opened, and keeps then what was typed into it. */
export function Disclosure({ summary, className, children }: Props) {
  const [opened, setOpened] = useState(false);
  return (
    <details className={className} onToggle={({ currentTarget }) => setOpened(opened || currentTarget.open)}>
      <summary>{summary}</summary>
      {opened && children}
    </details>
  );
}
