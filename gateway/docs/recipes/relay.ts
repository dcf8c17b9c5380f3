/** The diary with Relay. */
import {
  Environment, type FetchFunction, Network, Observable, type RecordSourceSelectorProxy, RecordSource, Store,
  type SubscribeFunction, commitMutation, createOperationDescriptor, fetchQuery, getRequest, graphql, requestSubscription,
} from "relay-runtime";
import { type Feed, type Gateway, headersOf, newKey } from "./gateway.ts";
import type { relayAbsencesQuery, relayAbsencesQuery$data } from "./generated/relay/relayAbsencesQuery.graphql.ts";
import type { relayAnnounceMutation } from "./generated/relay/relayAnnounceMutation.graphql.ts";
import type { relayBeginQuery } from "./generated/relay/relayBeginQuery.graphql.ts";
import type { relayChangesSubscription } from "./generated/relay/relayChangesSubscription.graphql.ts";
import { type Open, type Span, overlaps } from "./recipe.ts";

const ABSENCES = graphql`
  query relayAbsencesQuery($student: ID!, $from: Date!, $to: Date!) {
    student(id: $student) {
      displayName
      reportCard { rows { results { average } } }
      absenceNotices(from: $from, to: $to) { id from to state text files { name } }
    }
  }
`;

function environmentOf(gateway: Gateway, feed: Feed): Environment {
  /** Only a lost network is an error here, as a refusal is an answer. Mutations have keys for it. */
  async function send(body: string, tries = 0): Promise<Response> {
    const headers = { ...headersOf(gateway), "Content-Type": "application/json" };
    try {
      return await (gateway.fetch ?? fetch)(`${gateway.address}/graphql`, { method: "POST", headers, body });
    } catch {
      await new Promise((done) => setTimeout(done, Math.min(300 * 2 ** tries, 10_000)));
      return send(body, tries + 1);
    }
  }
  // Documents are sent by their ids, which the manifest of Relay's compiler has.
  const ask: FetchFunction = async ({ id }, variables) =>
    (await send(JSON.stringify({ documentId: id, variables }))).json();
  const live: SubscribeFunction = ({ text }, variables) =>
    Observable.create((sink) => feed.subscribe(text!, variables, sink as never));
  return new Environment({ network: Network.create(ask, live), store: new Store(new RecordSource()) });
}

/** Puts a new record into the list that is shown, if it belongs there. */
function link(store: RecordSourceSelectorProxy, root: string, field: string, span: Span): void {
  const { student, from, to } = span;
  const absence = store.getRootField(root as never)?.getLinkedRecord(field);
  const of = absence?.getLinkedRecord("student");
  const listed = of?.getLinkedRecords("absenceNotices", { from, to });
  if (!absence || of?.getDataID() !== student || !listed) return;
  if (!overlaps({ from: String(absence.getValue("from")), to: String(absence.getValue("to")) }, span)) return;
  if (!listed.includes(absence)) of.setLinkedRecords([...listed, absence], "absenceNotices", { from, to });
}

export const open: Open = (gateway, feed) => {
  const environment = environmentOf(gateway, feed);
  let watched: Span = { student: "", from: "", to: "" };
  return {
    async begin() {
      const query = graphql`query relayBeginQuery { changes(first: 1) { cursor } }`;
      const data = await fetchQuery<relayBeginQuery>(environment, query, {}).toPromise();
      return data!.changes.cursor;
    },

    watch(span, show) {
      watched = span;
      const operation = createOperationDescriptor(getRequest(ABSENCES), { ...span });
      const retained = environment.retain(operation);
      const told = ({ data }: { data: unknown }) => {
        const student = (data as relayAbsencesQuery$data).student;
        if (!student) return;
        const results = student.reportCard?.rows.flatMap((row) => row.results) ?? [];
        const averages = results.flatMap(({ average }) => average ?? []);
        show({ name: student.displayName ?? "", absences: student.absenceNotices ?? [], averages });
      };
      const watching = environment.subscribe(environment.lookup(operation.fragment), told);
      fetchQuery<relayAbsencesQuery>(environment, ABSENCES, { ...span }).subscribe({});
      return () => {
        watching.dispose();
        retained.dispose();
      };
    },

    follow(after) {
      const following = requestSubscription<relayChangesSubscription>(environment, {
        subscription: graphql`
          subscription relayChangesSubscription($after: String) {
            diaryChanged(after: $after) {
              change
              cursor
              ... on AbsenceNoticeChange {
                absenceNotice { id from to state text files { name } student { id } }
              }
            }
          }
        `,
        variables: { after },
        updater: (store) => link(store, "diaryChanged", "absenceNotice", watched),
      });
      return () => following.dispose();
    },

    announce({ student, from, to, text, files }) {
      const input = { student, from, to, text, files, because: "ILLNESS" as const, idempotencyKey: newKey() };
      return new Promise((done, failed) => {
        commitMutation<relayAnnounceMutation>(environment, {
          mutation: graphql`
            mutation relayAnnounceMutation($input: AnnounceAbsenceInput!) {
              announceAbsence(input: $input) {
                errors { code message path }
                absenceNotice { id from to state text files { name } student { id } }
              }
            }
          `,
          variables: { input },
          updater: (store) => store && link(store, "announceAbsence", "absenceNotice", watched),
          onCompleted: ({ announceAbsence: payload }, errors) =>
            payload ? done(payload.errors.map(({ code }) => code)) : failed(errors),
          onError: failed,
        });
      });
    },
  };
};
