/** Posts and comments that come: the lists of them that are shown are asked for again. */
import { signal } from "./signal";

const posts = signal();
const comments = signal();

/** There is a new post on some page, or somebody follows another page. */
export const postsChanged = posts.give;
export const useNewPosts = posts.useAgain;

/** There is a new comment, or one fewer. */
export const commentsChanged = comments.give;
export const useNewComments = comments.useAgain;
