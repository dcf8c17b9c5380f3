import { type ReactNode, useState } from "react";

/** What is made when it is first opened, and keeps then what was typed into it. */
export function Disclosure({ summary, children }: { summary: string; children: ReactNode }) {
  const [opened, setOpened] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setOpened(opened || currentTarget.open)}>
      <summary>{summary}</summary>
      {opened && children}
    </details>
  );
}
