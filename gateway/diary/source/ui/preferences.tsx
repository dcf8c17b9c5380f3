import { useState } from "react";
import { type Language, choose, language, languages, t, word } from "../texts";
import { type Theme, applyTheme, theme, themes } from "./theme";

/** The page's language, and light or dark. */
export function Preferences() {
  const [shown, setShown] = useState(theme);
  return (
    <div className="preferences">
      <label>
        <span>{t("language")}</span>{" "}
        <select value={language()} onChange={({ target }) => void choose(target.value as Language)}>
          {Object.entries(languages).map(([code, name]) => (
            <option key={code} value={code} lang={code}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>{t("theme")}</span>{" "}
        <select
          value={shown}
          onChange={({ target }) => {
            setShown(target.value as Theme);
            applyTheme(target.value as Theme);
          }}
        >
          {themes.map((one) => (
            <option key={one} value={one}>
              {word("theme", one)}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
