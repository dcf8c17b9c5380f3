/** Whose a page is: its picture, its name, and the link to it. */
import { Link } from "wouter";
import type { PageLevel, PageLineFragment, PageNameFragment } from "../generated/graphql";
import { t, word } from "../texts";

export const addressOf = (page: string): string => `/diary/page/${encodeURIComponent(page)}`;

export function Avatar({ page }: { page: PageNameFragment & Partial<PageLineFragment> }) {
  const picture = page.avatar?.[0]?.thumbnailUrl;
  if (picture) return <img className="avatar" src={picture} alt="" width={40} height={40} />;
  return <span className="avatar" aria-hidden="true">{page.name.slice(0, 1)}</span>;
}

export function PageLink({ page }: { page: PageNameFragment & Partial<PageLineFragment> }) {
  return (
    <>
      <Avatar page={page} /> <Link href={addressOf(page.id)}>{page.name}</Link> <small>{word("page", page.kind)}</small>
    </>
  );
}

/** Says so where the school has no pages, or none for the reader. */
export function NoPages({ level, staff }: { level: PageLevel; staff: boolean }) {
  if (level === "OFF") return <p className="notice">{t("pages_off")}</p>;
  if (level === "STAFF" && !staff) return <p className="notice">{t("pages_of_staff")}</p>;
  return null;
}
