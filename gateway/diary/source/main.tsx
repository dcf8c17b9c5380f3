/** The diary: a sign-in form, then the screens of whoever has signed in. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Router } from "wouter";
import { App } from "./app";
import { prefix } from "./gateway";
import { startWorker } from "./push";
import { begin } from "./texts";
import { Boundary } from "./ui/boundary";
import { applyTheme } from "./ui/theme";
import "../../pages/static/colours.css";
import "./page.css";

applyTheme();
await begin();
createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <Router base={prefix}>
      <Boundary at=""><App /></Boundary>
    </Router>
  </StrictMode>,
);
startWorker();
