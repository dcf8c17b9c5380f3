/** A table of a class on paper: everybody in it, whatever of the grid is in view. */
import type { ReactNode } from "react";
import { type Written, standingOf } from "./cells";

interface Props {
  title: string;
  name: string;
  end?: string;
  columns: readonly { id: string; head: ReactNode }[];
  /** How many columns there are place for; those of all pages are as wide then. */
  room?: number;
  rows: readonly { id: string; name: string; end?: ReactNode }[];
  at: (row: string, column: string) => Written | undefined;
}

export function PaperTable({ title, name, end, columns, room = columns.length, rows, at }: Props) {
  const places = Array.from({ length: room }, (_, place) => columns[place]);
  return (
    <table className="on-paper journal-paper">
      <colgroup>
        <col className="names" />
        <col span={room} />
        {end && <col className="ends" />}
      </colgroup>
      <thead>
        <tr>
          <th colSpan={room + (end ? 2 : 1)}>{title}</th>
        </tr>
        <tr>
          <th scope="col">{name}</th>
          {places.map((column, place) => <th key={place} scope="col">{column?.head}</th>)}
          {end && <th scope="col">{end}</th>}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id}>
            <th scope="row">{row.name}</th>
            {places.map((column, place) => <td key={place}>{column && textOf(at(row.id, column.id))}</td>)}
            {end && <td>{row.end}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function textOf(cell: Written | undefined): string {
  const token = cell?.attendance && cell.attendance.kind !== "PRESENT" ? [cell.attendance.token] : [];
  return [...token, ...standingOf(cell?.grades ?? []).map(({ value }) => value ?? "•")].join(" ");
}
