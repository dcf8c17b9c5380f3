/** Messages that come and are read: what is shown of them is asked for again. */
import { useData } from "./epoch";
import { UnreadMessagesDocument } from "./generated/graphql";
import { signal } from "./signal";

const post = signal();

/** The feed has told of a message, or this page has sent, read or muted something. */
export const postChanged = post.give;

export const useNewPost = post.useAgain;

export function useUnreadMessages(): number {
  const { data, again } = useData(UnreadMessagesDocument, {});
  useNewPost(again);
  return (data?.viewer?.schools ?? []).reduce((sum, one) => sum + one.unreadMessages, 0);
}
