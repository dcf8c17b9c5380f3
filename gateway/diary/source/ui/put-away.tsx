/** What was put away of a list, or withdrawn, shown to whoever asks for it, to be taken back. */
import type { ReactNode } from "react";
import type { AnyVariables, TypedDocumentNode } from "urql";
import { useData } from "../epoch";
import { t } from "../texts";
import { Disclosure } from "./disclosure";
import { Problem, Waiting } from "./notices";

interface Props<Data, Variables extends AnyVariables, One> {
  /** Of which list, for who hears the switch alone. */
  of: string;
  document: TypedDocumentNode<Data, Variables>;
  variables: Variables;
  all: (data: Data) => readonly One[] | null | undefined;
  named: (one: One) => ReactNode;
  told?: (one: One) => ReactNode;
  /** The step that takes it back. */
  back: (one: One) => ReactNode;
  /** Whether these are records that were withdrawn, and no longer stand. */
  withdrawn?: boolean;
}

export function PutAway<Data, Variables extends AnyVariables, One extends { id: string }>(props: Props<Data, Variables, One>) {
  const name = props.withdrawn ? t("show_withdrawn") : t("show_put_away");
  return (
    <Disclosure summary={name} label={`${name}: ${props.of}`} className="step no-print" anew>
      <Those {...props} />
    </Disclosure>
  );
}

function Those<Data, Variables extends AnyVariables, One extends { id: string }>({ document, variables, all, named, told, back, of, withdrawn }: Props<Data, Variables, One>) {
  const { data, error, waiting } = useData(document, variables);
  if (waiting) return <Waiting />;
  const those = data && all(data);
  if (!those) return <Problem error={error} />;
  if (those.length === 0) return <p>{t("nothing_here")}</p>;
  return (
    <ul className="notices" aria-label={`${withdrawn ? t("withdrawn_ones") : t("put_away_ones")}: ${of}`}>
      {those.map((one) => <li key={one.id}>{named(one)} <small>{told?.(one)}</small> {back(one)}</li>)}
    </ul>
  );
}
