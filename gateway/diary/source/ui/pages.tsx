/** Long lists, a page at a time. */
import { Fragment, type ReactNode, useState } from "react";
import { t } from "../texts";

interface Props {
  /** The page at a cursor, null for the first; the last one shown may go on to the next cursor. */
  page: (cursor: string | null, onMore?: (next: string) => void) => ReactNode;
}

/** A list that grows: each page is shown below those before it. */
export function Pages({ page }: Props) {
  const [cursors, setCursors] = useState<string[]>([]);
  const go = (next: string) => setCursors([...cursors, next]);
  return [null, ...cursors].map((cursor, index) => (
    <Fragment key={cursor}>{page(cursor, index === cursors.length ? go : undefined)}</Fragment>
  ));
}

/** What a page of a list has, the newest first. */
export function newestFirst<Node>(page: { edges: readonly { node: Node | null }[] } | null | undefined): Node[] {
  const nodes = (page?.edges ?? []).map(({ node }) => node);
  return nodes.filter((node): node is Node => node !== null).reverse();
}

interface MoreProps {
  page: { hasNextPage: boolean; endCursor: string | null } | { hasPreviousPage: boolean; startCursor: string | null };
  onMore: ((next: string) => void) | undefined;
  /** Whether it is a line of a list. */
  listed?: boolean;
  quiet?: boolean;
}

/** The button at the end of the last page that is shown: to the next page, or to what is earlier. */
export function More({ page, onMore, listed = false, quiet = false }: MoreProps) {
  const [text, goesOn, cursor] =
    "endCursor" in page ? (["more", page.hasNextPage, page.endCursor] as const) : (["earlier", page.hasPreviousPage, page.startCursor] as const);
  if (!onMore || !goesOn || !cursor) return null;
  const button = <button type="button" className={quiet ? "quiet" : undefined} onClick={() => onMore(cursor)}>{t(text)}</button>;
  return listed ? <li>{button}</li> : button;
}

interface TurningProps {
  /** The cursor of what is shown; null where that is the newest. */
  before: string | null;
  page: { hasPreviousPage: boolean; startCursor: string | null } | undefined;
  onTurn: (before: string | null) => void;
}

/** Buttons of a list of which one page is shown: to what is earlier, and back to the newest. */
export function Turning({ before, page, onTurn }: TurningProps) {
  return (
    <>
      {before && <button type="button" onClick={() => onTurn(null)}>{t("newest")}</button>}{" "}
      {page?.hasPreviousPage && (
        <button type="button" onClick={() => onTurn(page.startCursor)}>{t("earlier")}</button>
      )}
    </>
  );
}
