/** A journal on paper: as many lessons beside each other as a page has room for, below the same head. */
import type { ComponentProps } from "react";
import { day, span } from "../texts";
import { PaperTable } from "./paper-table";

interface Props extends Omit<ComponentProps<typeof PaperTable>, "columns" | "room"> {
  lessons: readonly { id: string; date: string }[];
}

const ACROSS = 24;

export function PrintedJournal({ title, lessons, ...table }: Props) {
  // What has not been loaded is not shown as if it were empty.
  const known = lessons.filter(({ id }) => table.rows.every((row) => table.at(row.id, id) !== undefined));
  const pages = Array.from({ length: Math.ceil(known.length / ACROSS) }, (_, place) => known.slice(place * ACROSS, (place + 1) * ACROSS));
  return pages.map((page) => (
    <PaperTable
      key={page[0]!.id}
      title={`${title}, ${span(page[0]!.date, page.at(-1)!.date, { day: "numeric", month: "long", year: "numeric" })}`}
      columns={page.map(({ id, date }) => ({ id, head: day(date, { day: "numeric", month: "numeric" }) }))}
      room={ACROSS}
      {...table}
    />
  ));
}
