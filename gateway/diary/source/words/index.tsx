/** Words: looked up, learnt and translated, for everybody. */
import type { Viewer } from "../session";
import { t } from "../texts";
import { useState } from "react";
import { Learning } from "./learning";
import { LookUp } from "./look-up";
import { Translator } from "./translator";

export default function Words({ viewer }: { viewer: Viewer }) {
  const [added, setAdded] = useState(0);
  return (
    <>
      <h1>{t("nav_words")}</h1>
      <LookUp viewer={viewer} onAdded={() => setAdded((before) => before + 1)} />
      <Learning key={added} />
      <Translator />
    </>
  );
}
