/** The page: a sign-in form, then GraphiQL. */
import { StrictMode, Suspense, lazy, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { type Account, signedIn } from "./account";
import { Unauthenticated } from "./gateway";
import { SignIn } from "./sign-in";
import "./page.css";

const Workbench = lazy(() => import("./workbench"));

function Page() {
  const [account, setAccount] = useState<Account | null>();
  const [ended, setEnded] = useState(false);
  const [problem, setProblem] = useState("");

  useEffect(() => {
    signedIn().then(setAccount, (error: unknown) => {
      if (error instanceof Unauthenticated) {
        setEnded(true);
        setAccount(null);
      } else setProblem(String(error));
    });
  }, []);

  if (problem) {
    return (
      <p role="alert" className="notice">
        {problem}
      </p>
    );
  }
  if (account === undefined) return <Waiting />;
  if (account === null) return <SignIn ended={ended} onSignedIn={setAccount} />;
  return (
    <Suspense fallback={<Waiting />}>
      <Workbench account={account} />
    </Suspense>
  );
}

function Waiting() {
  return (
    <p role="status" className="notice">
      Loading…
    </p>
  );
}

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <Page />
  </StrictMode>,
);
