/** A journal on paper: as many lessons beside each other as a page has room for, below the same head. */
import type { ReactNode } from "react";
import type { Cell } from "../journal-book";
import { day, span } from "../texts";
import { standingOf } from "./cells";

interface Props {
  title: string;
  name: string;
  end: string;
  lessons: readonly { id: string; date: string }[];
  rows: readonly { id: string; name: string; end?: ReactNode }[];
  at: (student: string, lesson: string) => Cell | undefined;
}

const ACROSS = 24;

export function PrintedJournal({ title, name, end, lessons, rows, at }: Props) {
  // What has not been loaded is not shown as if it were empty.
  const known = lessons.filter(({ id }) => rows.every((row) => at(row.id, id) !== undefined));
  const pages = Array.from({ length: Math.ceil(known.length / ACROSS) }, (_, place) => known.slice(place * ACROSS, (place + 1) * ACROSS));
  return pages.map((page) => (
    <table key={page[0]!.id} className="on-paper journal-paper">
      <colgroup>
        <col className="names" />
        <col span={ACROSS} />
        <col className="ends" />
      </colgroup>
      <thead>
        <tr>
          <th colSpan={ACROSS + 2}>{title}, {span(page[0]!.date, page.at(-1)!.date, { day: "numeric", month: "long", year: "numeric" })}</th>
        </tr>
        <tr>
          <th scope="col">{name}</th>
          {Array.from({ length: ACROSS }, (_, place) => (
            <th key={place} scope="col">{page[place] && day(page[place].date, { day: "numeric", month: "numeric" })}</th>
          ))}
          <th scope="col">{end}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id}>
            <th scope="row">{row.name}</th>
            {Array.from({ length: ACROSS }, (_, place) => <td key={place}>{page[place] && written(at(row.id, page[place].id))}</td>)}
            <td>{row.end}</td>
          </tr>
        ))}
      </tbody>
    </table>
  ));
}

function written(cell: Cell | undefined): string {
  const token = cell?.attendance && cell.attendance.kind !== "PRESENT" ? [cell.attendance.token] : [];
  return [...token, ...standingOf(cell?.grades ?? []).map(({ value }) => value ?? "•")].join(" ");
}
