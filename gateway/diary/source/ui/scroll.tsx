import { type ReactNode, useEffect, useRef } from "react";

interface Props {
  children: ReactNode;
  label?: string;
  className?: string;
  /** Which part is the current one, as `aria-current` marks it in the children: it is in view. */
  current?: string;
}

/** Something wider than the screen, which is scrolled by keys too. */
export function Scroll({ children, label, className = "scroll", current }: Props) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const part = current && box.current?.querySelector<HTMLElement>("[aria-current]");
    if (box.current && part) box.current.scrollLeft = part.offsetLeft + part.offsetWidth - box.current.clientWidth;
  }, [current]);
  return (
    <div className={className} tabIndex={0} role={label && "region"} aria-label={label} ref={box}>
      {children}
    </div>
  );
}
