/** How a client is used: that of Apollo here; `open` of urql.ts and of relay.ts is called alike. */
import { open } from "./apollo.ts";
import { Feed, signIn, upload } from "./gateway.ts";

/** `student` and `school` are ids that `{ viewer { children { id school { id } } } }` answers. */
export async function tellOfIllness(address: string, student: string, school: string, note: File): Promise<void> {
  const gateway = { address, token: await signIn(address, "parent3", "demo") };
  const feed = new Feed(gateway);
  const client = open(gateway, feed);

  // The cursor comes before what is loaded, so that no change between the two is missed.
  const cursor = await client.begin();
  const month = { student, from: "2026-09-01", to: "2026-09-30" };
  const leave = client.watch(month, ({ name, absences }) => console.log(name, absences));
  const stop = client.follow(cursor);

  const file = await upload(gateway, note, school, "ABSENCE_NOTICE");
  const days = { student, from: "2026-09-07", to: "2026-09-08" };
  const refused = await client.announce({ ...days, text: "Flu", files: [file] });
  console.log(refused.length > 0 ? refused : "Announced");

  stop();
  leave();
  await feed.close();
}
