import { useEffect, useState } from "react";
import { flushSync } from "react-dom";

/** Whether the page is being printed: what stands only on paper is drawn then. */
export function usePrinting(): boolean {
  const paper = matchMedia("print");
  const [printing, setPrinting] = useState(paper.matches);
  useEffect(() => {
    const begin = () => flushSync(() => setPrinting(true));
    const end = () => setPrinting(false);
    const change = () => (paper.matches ? begin() : end());
    addEventListener("beforeprint", begin);
    addEventListener("afterprint", end);
    paper.addEventListener("change", change);
    return () => {
      removeEventListener("beforeprint", begin);
      removeEventListener("afterprint", end);
      paper.removeEventListener("change", change);
    };
  }, []);
  return printing;
}
