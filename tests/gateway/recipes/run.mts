/** Runs a recipe against a gateway, on a network that loses an answer and a connection, and prints
 * what it has shown. */
import { Feed, headersOf, newKey, signIn, upload } from "../../../gateway/docs/recipes/gateway.ts";
import type { Open, Shown, Span } from "../../../gateway/docs/recipes/recipe.ts";

const [name, address, login, asked] = process.argv.slice(2) as [string, string, string, string];
const { school, ...span } = JSON.parse(asked) as Span & { school: string };
const recipe = { apollo: "apollo.ts", urql: "urql.ts", relay: "relay.ts" }[name];
const { open } = (await import(`../../../gateway/docs/recipes/${recipe}`)) as { open: Open };

const sent: string[] = [];
let shown: Shown | undefined;
let lost = 0;

/** Loses the answer of the first mutation. */
const lossy: typeof fetch = async (input, init) => {
  const body = String(init?.body);
  sent.push(body);
  const answer = await fetch(input, init);
  if (!body.includes("idempotencyKey") || lost > 0) return answer;
  lost += 1;
  throw new TypeError("The network went away");
};

async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds(); waited += 20) {
    if (waited > 60_000) throw new Error(`Shown is only ${JSON.stringify(shown)}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

const texts = () => shown?.absences.map(({ text }) => text) ?? [];
const gateway = { address, token: await signIn(address, login, "demo"), fetch: lossy };
const feed = new Feed(gateway);
const client = open(gateway, feed);

const stop = client.follow(await client.begin());
const leave = client.watch(span, (now) => (shown = now));
await until(() => shown !== undefined);

const file = await upload(gateway, new File(["%PDF-1.4\n%%EOF\n"], `${name}.pdf`), school, "ABSENCE_NOTICE");
const refused = await client.announce({ ...span, text: `By ${name}`, files: [file] });
await until(() => texts().includes(`By ${name}`));
const backwards = await client.announce({ ...span, from: span.to, to: span.from, text: "Backwards", files: [] });
const before = sent.length;

// Another client announces one while this one hears nothing.
feed.cut();
const { student, from, to } = span;
const input = { student, from, to, because: "FAMILY", text: `Beside ${name}`, idempotencyKey: newKey() };
const query = "mutation ($input: AnnounceAbsenceInput!) { announceAbsence(input: $input) { errors { code } } }";
await fetch(`${address}/graphql`, {
  method: "POST",
  headers: { ...headersOf(gateway), "Content-Type": "application/json" },
  body: JSON.stringify({ query, variables: { input } }),
});
await until(() => texts().includes(`Beside ${name}`));

const bodies = sent.map((body) => JSON.parse(body) as { query?: string; variables?: { input?: { idempotencyKey: string } } });
const keys = bodies.flatMap(({ variables }) => variables?.input?.idempotencyKey ?? []);
console.log(
  JSON.stringify({
    name: shown!.name,
    averages: shown!.averages,
    absences: shown!.absences.map(({ text, state, files }) => [text, state, files.map((one) => one.name)]),
    refused,
    backwards,
    texts: bodies.filter((body) => body.query).length,
    askedAgain: sent.length - before,
    keys: [keys.length, new Set(keys).size],
  }),
);
stop();
leave();
await feed.close();
process.exit(0);
