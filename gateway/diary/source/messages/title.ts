/** What a conversation is called: its subject, or else whom it is with. */
import type { ConversationLineFragment } from "../generated/graphql";
import { t } from "../texts";

const SHOWN = 3;

export function titleOf(one: ConversationLineFragment, me: string): string {
  const place = one.classGroup?.name ?? one.course?.title;
  if (one.subject) return place ? `${one.subject} (${place})` : one.subject;
  if (place) return place;
  if (one.toStaff) return t("all_staff");
  return listed(one.people.map(({ name }) => name).filter((name) => name !== me)) || t("the_office");
}

/** The first names, and how many others there are. */
export function listed(names: string[]): string {
  const more = names.length > SHOWN ? [t("others_count", { count: names.length - SHOWN })] : [];
  return [...names.slice(0, SHOWN), ...more].join(", ");
}
