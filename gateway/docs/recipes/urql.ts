/** The diary with urql and its normalised cache. The diary in the browser is a whole client of this kind. */
import { Client, type SubscriptionForwarder, fetchExchange, subscriptionExchange } from "@urql/core";
import { type Cache, type KeyingConfig, cacheExchange } from "@urql/exchange-graphcache";
import { persistedExchange } from "@urql/exchange-persisted";
import { retryExchange } from "@urql/exchange-retry";
import { type Feed, type Gateway, headersOf, newKey } from "./gateway.ts";
import { AbsencesDocument, AnnounceDocument, BeginDocument, type AnnounceMutation, type ChangesSubscription, ChangesDocument } from "./generated/graphql.ts";
import known from "./generated/schema.json" with { type: "json" };
import { type Open, type Span, overlaps } from "./recipe.ts";

/** Every record is kept once, by its type and id; what has no id is kept inside its parent. */
const keys: KeyingConfig = Object.fromEntries(known.keyless.map((name) => [name, () => null]));

type Absence = NonNullable<AnnounceMutation["announceAbsence"]>["absenceNotice"];

/** Puts a new record into the lists of its student that are kept and that it belongs into. */
function link(cache: Cache, absence: Absence | undefined): void {
  const student = absence?.student && cache.keyOfEntity({ __typename: "Student", id: absence.student.id });
  const one = absence && cache.keyOfEntity({ __typename: "AbsenceNotice", id: absence.id });
  if (!student || !one) return;
  for (const { fieldName, arguments: span } of cache.inspectFields(student)) {
    if (fieldName !== "absenceNotices" || !overlaps(absence, span as unknown as Span)) continue;
    const listed = (cache.resolve(student, fieldName, span ?? undefined) ?? []) as string[];
    if (!listed.includes(one)) cache.link(student, fieldName, span ?? undefined, [...listed, one]);
  }
}

const updates = {
  Mutation: {
    announceAbsence: (done: unknown, _: unknown, cache: Cache) =>
      link(cache, (done as AnnounceMutation).announceAbsence?.absenceNotice),
  },
  Subscription: {
    diaryChanged(told: unknown, _: unknown, cache: Cache) {
      const change = (told as ChangesSubscription).diaryChanged;
      if (change.__typename === "AbsenceNoticeChange") link(cache, change.absenceNotice);
    },
  },
};

function clientOf(gateway: Gateway, feed: Feed): Client {
  const forwardSubscription: SubscriptionForwarder = ({ query, variables }) => ({
    subscribe: (sink) => ({ unsubscribe: feed.subscribe(query ?? "", { ...variables }, sink as never) }),
  });
  return new Client({
    url: `${gateway.address}/graphql`,
    fetch: gateway.fetch,
    fetchOptions: { headers: headersOf(gateway) },
    preferGetMethod: false,
    exchanges: [
      cacheExchange({ keys, updates, possibleTypes: known.possibleTypes }),
      // What the gateway refuses is an answer. Mutations have keys, so they may be sent again.
      retryExchange({ retryIf: (error) => Boolean(error.networkError), initialDelayMs: 300, maxNumberAttempts: 100 }),
      // Documents are sent by their ids, which the manifest of the build has.
      persistedExchange({
        enableForMutation: true,
        preferGetForPersistedQueries: false,
        generateHash: async (_, document) => (document as { __meta__?: { hash: string } }).__meta__?.hash ?? "",
      }),
      fetchExchange,
      subscriptionExchange({ forwardSubscription }),
    ],
  });
}

export const open: Open = (gateway, feed) => {
  const client = clientOf(gateway, feed);
  return {
    async begin() {
      const { data } = await client.query(BeginDocument, {}, { requestPolicy: "network-only" });
      return data!.changes.cursor;
    },

    watch(span, show) {
      const watching = client.query(AbsencesDocument, { ...span }).subscribe(({ data }) => {
        if (!data?.student) return;
        const results = data.student.reportCard?.rows.flatMap((row) => row.results) ?? [];
        const averages = results.flatMap(({ average }) => average ?? []);
        show({ name: data.student.displayName ?? "", absences: data.student.absenceNotices ?? [], averages });
      });
      return watching.unsubscribe;
    },

    follow: (after) => client.subscription(ChangesDocument, { after }).subscribe(() => {}).unsubscribe,

    async announce({ student, from, to, text, files }) {
      const input = { student, from, to, text, files, because: "ILLNESS" as const, idempotencyKey: newKey() };
      const { data, error } = await client.mutation(AnnounceDocument, { input }).toPromise();
      if (!data?.announceAbsence) throw error;
      return data.announceAbsence.errors.map(({ code }) => code);
    },
  };
};
