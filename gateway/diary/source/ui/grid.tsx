/** A table of cells to type into: arrows move, digits and letters enter, Delete clears.
 *
 * Only what is in view is drawn, so that a journal of a year scrolls as one of a week. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type ReactNode, memo, useEffect, useRef, useState, useSyncExternalStore } from "react";
import type { VirtualItem } from "@tanstack/react-virtual";
import { t } from "../texts";

export interface Column {
  id: string;
  head: ReactNode;
  width: number;
  editable: boolean;
}

export interface Row {
  id: string;
  name: string;
  end?: ReactNode;
}

/** A button that enters a text; `name` says what that stands for. */
export interface PaletteEntry {
  text: string;
  name?: string;
}

export type Reading = "whole" | "part" | "none";

/** What is seen of a cell, and what a screen reader says of it. */
export interface Drawn {
  content: ReactNode;
  said: string;
  className?: string;
}

interface Props<Shown> {
  label: string;
  rows: readonly Row[];
  columns: readonly Column[];
  /** What is to be shown in a cell. It is drawn again only where this is not the `same`. */
  shown: (row: Row, column: Column) => Shown;
  same: (one: Shown, other: Shown) => boolean;
  draw: (shown: Shown) => Drawn;
  /** Told which columns are in view, or will soon be. */
  onView?: (first: number, last: number) => void;
  onEnter: (row: Row, column: Column, text: string) => void;
  onUndo: () => void;
  /** Buttons that enter the same as keys do. */
  palette: readonly PaletteEntry[];
  /** How a text is read as it is typed: what is whole is entered at once, and the next cell down
   * follows; what goes on waits; of what is none, what was typed before is entered first. */
  reads: (text: string, column: Column) => Reading;
  paletteLabel: string;
}

const HEIGHT = 34;
const HEAD = 54;
const NAMES = 170;
/** Of a screen, and what is beside a table there. */
const [MOST_WIDTH, MARGINS] = [1280, 60];
const NARROW = matchMedia("(max-width: 30rem)");
/** On the screen of a telephone: of names, of what stands at the end of a row, and of a column at
 * most. */
const [NARROW_NAMES, NARROW_END, NARROW_COLUMN] = [112, 34, 74];
const MOVES: Record<string, [number, number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  Enter: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

const clamp = (value: number, most: number) => Math.max(0, Math.min(value, most));

function onNarrow(listener: () => void): () => void {
  NARROW.addEventListener("change", listener);
  return () => NARROW.removeEventListener("change", listener);
}

/** How far a table is scrolled so that the newest column that is written into is in view from the
 * beginning. */
function offsetOf(before: readonly Column[], names: number): number {
  const width = before.reduce((sum, one) => sum + one.width, 0);
  return Math.max(0, width - Math.min(innerWidth, MOST_WIDTH) + names + MARGINS);
}

export function Grid<Shown>(props: Props<Shown>) {
  const { label, rows, columns, shown, same, draw, onView, onEnter, onUndo, palette, reads, paletteLabel } = props;
  const box = useRef<HTMLDivElement>(null);
  const narrow = useSyncExternalStore(onNarrow, () => NARROW.matches);
  const names = narrow ? NARROW_NAMES + (rows.some(({ end }) => end) ? NARROW_END : 0) : NAMES;
  const [at, setAt] = useState<[number, number]>([0, Math.max(0, columns.findLastIndex(({ editable }) => editable))]);
  const [typed, setTyped] = useState("");
  const [focused, setFocused] = useState(false);
  const down = useVirtualizer({ count: rows.length, getScrollElement: () => box.current, estimateSize: () => HEIGHT, overscan: 4 });
  const across = useVirtualizer({
    count: columns.length,
    getScrollElement: () => box.current,
    estimateSize: (index) => Math.min(columns[index]?.width ?? HEIGHT, narrow ? NARROW_COLUMN : Infinity),
    horizontal: true,
    initialOffset: () => offsetOf(columns.slice(0, at[1] + 1), names),
    overscan: 4,
  });
  const inView = across.getVirtualItems();
  const [firstInView, lastInView] = [inView[0]?.index ?? 0, inView.at(-1)?.index ?? 0];
  useEffect(() => onView?.(firstInView, lastInView), [onView, firstInView, lastInView]);
  useEffect(() => across.measure(), [columns.length, narrow]);

  const [line, place] = [clamp(at[0], rows.length - 1), clamp(at[1], columns.length - 1)];
  const row = rows[line];
  const column = columns[place];

  useEffect(() => {
    if (!focused) return;
    down.scrollToIndex(line);
    across.scrollToIndex(place);
    const wanted = requestAnimationFrame(() =>
      box.current?.querySelector<HTMLElement>(`[data-at="${line}:${place}"]`)?.focus({ preventScroll: true }),
    );
    return () => cancelAnimationFrame(wanted);
  }, [line, place, focused]);

  function commit(text: string): void {
    setTyped("");
    if (text && row && column?.editable) onEnter(row, column, text);
  }

  function move([lines, places]: [number, number]): void {
    setAt([clamp(line + lines, rows.length - 1), clamp(place + places, columns.length - 1)]);
  }

  function type(text: string, key: string): void {
    const reading = reads(text, column!);
    if (reading === "part") return setTyped(text);
    if (reading === "whole") {
      commit(text);
      return move([1, 0]);
    }
    if (!typed) return undefined;
    commit(typed);
    const below = rows[clamp(line + 1, rows.length - 1)];
    const next = reads(key, column!);
    if (next === "whole" && below) onEnter(below, column!, key);
    if (next === "part") setTyped(key);
    return move([next === "whole" ? 2 : 1, 0]);
  }

  function pressed(event: KeyboardEvent): void {
    const { key } = event;
    if ((event.ctrlKey || event.metaKey) && key.toLowerCase() === "z") {
      event.preventDefault();
      setTyped("");
      return onUndo();
    }
    if (event.ctrlKey || event.metaKey || event.altKey || !row || !column) return undefined;
    const step = MOVES[key];
    if (step) {
      event.preventDefault();
      commit(typed);
      return move(step);
    }
    if (key === "Escape") return setTyped("");
    if (key === "Home" || key === "End") {
      event.preventDefault();
      commit(typed);
      return setAt([line, key === "Home" ? 0 : columns.length - 1]);
    }
    if (!column.editable) return undefined;
    if (key === "Delete" || key === "Backspace") {
      event.preventDefault();
      if (typed) return setTyped(typed.slice(0, -1));
      return onEnter(row, column, "");
    }
    if (key.length !== 1 || key === " ") return undefined;
    event.preventDefault();
    return type(typed + key, key);
  }

  const point = useRef((_line: number, _place: number) => {});
  point.current = (to, of) => {
    if (to !== line || of !== place) commit(typed);
    setAt([to, of]);
  };
  const [onPoint] = useState(() => (to: number, of: number) => point.current(to, of));

  return (
    <>
      <div
        className="grid no-print"
        ref={box}
        role="grid"
        aria-label={label}
        aria-rowcount={rows.length + 1}
        aria-colcount={columns.length + 1}
        style={{ height: `min(68vh, ${HEAD + rows.length * HEIGHT + 18}px)` }}
        onKeyDown={pressed}
        onFocus={() => setFocused(true)}
        onBlur={(event) => {
          if (box.current?.contains(event.relatedTarget)) return;
          commit(typed);
          setFocused(false);
        }}
      >
        <div className="grid-head" role="row" aria-rowindex={1} style={{ width: names + across.getTotalSize(), height: HEAD }}>
          <div className="grid-corner" role="columnheader" aria-colindex={1} style={{ width: names }}>{t("student")}</div>
          {inView.map(({ index, start, size }) => (
            <div key={columns[index]!.id} role="columnheader" aria-colindex={index + 2} className="grid-column" style={{ left: names + start, width: size, height: HEAD }}>
              {columns[index]!.head}
            </div>
          ))}
        </div>
        <div role="rowgroup" style={{ width: names + across.getTotalSize(), height: down.getTotalSize(), position: "relative" }}>
          {down.getVirtualItems().map(({ index, start }) => (
            <Line
              key={rows[index]!.id}
              row={rows[index]!}
              columns={columns}
              line={index}
              top={start}
              names={names}
              inView={inView}
              place={index === line ? place : -1}
              focused={index === line && focused}
              typed={index === line ? typed : ""}
              shown={shown as Props<unknown>["shown"]}
              same={same as Props<unknown>["same"]}
              draw={draw as Props<unknown>["draw"]}
              onPoint={onPoint}
            />
          ))}
        </div>
      </div>
      {palette.length > 0 && <div className="palette" role="group" aria-label={paletteLabel}>
        {palette.map(({ text, name }) => (
          <button key={text} type="button" title={name} aria-label={name && `${text}: ${name}`} onClick={() => { setFocused(true); commit(text); move([1, 0]); }}>{text}</button>
        ))}
      </div>}
    </>
  );
}

interface LineProps extends Pick<Props<unknown>, "shown" | "same" | "draw" | "columns"> {
  row: Row;
  line: number;
  top: number;
  /** How wide the column of names is. */
  names: number;
  inView: readonly VirtualItem[];
  /** The column of the cell that keys go to, if it is of this line. */
  place: number;
  focused: boolean;
  typed: string;
  onPoint: (line: number, place: number) => void;
}

/** A row is not gone through again as others come into view. */
const Line = memo(function Line({ row, columns, line, top, names, inView, place, focused, typed, shown, same, draw, onPoint }: LineProps) {
  return (
    <div role="row" aria-rowindex={line + 2} className="grid-row" style={{ top, height: HEIGHT, width: "100%" }}>
      <div role="rowheader" aria-colindex={1} className="grid-name" style={{ width: names, height: HEIGHT }} title={row.name}>
        <span>{row.name}</span> {row.end}
      </div>
      {inView.map(({ index, start, size }) => (
        <Cell
          key={columns[index]!.id}
          editable={columns[index]!.editable}
          line={line}
          place={index}
          left={names + start}
          width={size}
          here={index === place}
          focused={index === place && focused}
          typed={index === place ? typed : ""}
          shown={shown(row, columns[index]!)}
          same={same}
          draw={draw}
          onPoint={onPoint}
        />
      ))}
    </div>
  );
});

interface CellProps extends Pick<Props<unknown>, "same" | "draw"> {
  editable: boolean;
  line: number;
  place: number;
  left: number;
  width: number;
  here: boolean;
  focused: boolean;
  typed: string;
  shown: unknown;
  onPoint: (line: number, place: number) => void;
}

function isCellSame(one: CellProps, other: CellProps): boolean {
  const { shown, ...all } = one;
  const { shown: others, ...rest } = other;
  return (Object.keys(all) as (keyof typeof all)[]).every((name) => all[name] === rest[name]) && one.same(shown, others);
}

/** A cell is drawn again where something of it has changed, and not as the table scrolls. */
const Cell = memo(function Cell({ editable, line, place, left, width, here, focused, typed, shown, draw, onPoint }: CellProps) {
  const { content, said, className } = draw(shown);
  return (
    <div
      role="gridcell"
      aria-colindex={place + 2}
      aria-readonly={!editable}
      data-at={`${line}:${place}`}
      tabIndex={here ? 0 : -1}
      className={`grid-cell ${className ?? ""}${focused ? " here" : ""}`}
      style={{ left, width, height: HEIGHT }}
      onMouseDown={() => onPoint(line, place)}
    >
      {typed ? <span className="typed">{typed}</span> : <span aria-hidden="true">{content}</span>}
      {said && !typed && <span className="unseen">{said}</span>}
    </div>
  );
}, isCellSame);
