/** The diary with Apollo Client. */
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, Observable } from "@apollo/client";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { RetryLink } from "@apollo/client/link/retry";
import { type DocumentNode, OperationTypeNode, print } from "graphql";
import { type Feed, type Gateway, headersOf, newKey } from "./gateway.ts";
import { type AbsenceFragment, AbsenceFragmentDoc, AbsencesDocument, AnnounceDocument, BeginDocument, ChangesDocument } from "./generated/graphql.ts";
import schema from "./generated/schema.json" with { type: "json" };
import { type Open, type Span, overlaps } from "./recipe.ts";

/** Every record is kept once, by its type and id; what has no id is kept inside its parent. */
const cache = () =>
  new InMemoryCache({
    possibleTypes: schema.possibleTypes,
    typePolicies: Object.fromEntries(schema.keyless.map((name) => [name, { keyFields: false as const }])),
  });

/** Documents are sent by their ids, which the manifest of the build has. */
const generateHash = (document: DocumentNode) => (document as { __meta__?: { hash: string } }).__meta__?.hash ?? "";

function linkOf(gateway: Gateway, feed: Feed): ApolloLink {
  const http = ApolloLink.from([
    // Only a lost network is an error here, as a refusal is an answer. Mutations have keys for it.
    new RetryLink({ delay: { initial: 300, max: 10_000 }, attempts: { max: Infinity } }),
    new PersistedQueryLink({ generateHash }),
    new HttpLink({ uri: `${gateway.address}/graphql`, headers: headersOf(gateway), fetch: gateway.fetch }),
  ]);
  const live = new ApolloLink(
    ({ query, variables }) => new Observable((sink) => feed.subscribe(print(query), variables, sink as never)),
  );
  return ApolloLink.split(({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION, live, http);
}

/** Puts a new record into the lists of its student that are kept and that it belongs into. */
function link(absence: AbsenceFragment, client: ApolloClient): void {
  if (!absence.student) return;
  client.cache.modify({
    id: client.cache.identify(absence.student),
    fields: {
      absenceNotices(listed, { readField, storeFieldName, toReference }) {
        const span = JSON.parse(storeFieldName.replace(/^absenceNotices\((.*)\)$/, "$1")) as Span;
        if (!overlaps(absence, span)) return listed;
        const one = toReference({ __typename: "AbsenceNotice", id: absence.id });
        const known = (listed as never[]).some((each) => readField("id", each) === absence.id);
        return known || !one ? listed : [...(listed as never[]), one];
      },
    },
  });
}

export const open: Open = (gateway, feed) => {
  const client = new ApolloClient({ cache: cache(), link: linkOf(gateway, feed) });
  return {
    async begin() {
      const { data } = await client.query({ query: BeginDocument, fetchPolicy: "network-only" });
      return data!.changes.cursor;
    },

    watch(span, show) {
      const shown = client.watchQuery({ query: AbsencesDocument, variables: span });
      const watching = shown.subscribe(({ data, dataState }) => {
        if (dataState !== "complete" || !data.student) return;
        const results = data.student.reportCard?.rows.flatMap((row) => row.results) ?? [];
        const averages = results.flatMap(({ average }) => average ?? []);
        show({ name: data.student.displayName ?? "", absences: data.student.absenceNotices ?? [], averages });
      });
      return () => watching.unsubscribe();
    },

    follow(after) {
      const told = client.subscribe({ query: ChangesDocument, variables: { after } });
      const following = told.subscribe(({ data }) => {
        const change = data?.diaryChanged;
        if (change?.__typename !== "AbsenceNoticeChange" || !change.absenceNotice) return;
        const { absenceNotice: absence } = change;
        client.cache.writeFragment({ fragment: AbsenceFragmentDoc, data: absence });
        link(absence, client);
      });
      return () => following.unsubscribe();
    },

    async announce({ student, from, to, text, files }) {
      const input = { student, from, to, text, files, because: "ILLNESS" as const, idempotencyKey: newKey() };
      // Throws where the mutation as a whole failed.
      const { data } = await client.mutate({
        mutation: AnnounceDocument,
        variables: { input },
        update(_, { data: done }) {
          const absence = done?.announceAbsence?.absenceNotice;
          if (absence) link(absence, client);
        },
      });
      return (data?.announceAbsence?.errors ?? []).map(({ code }) => code);
    },
  };
};
