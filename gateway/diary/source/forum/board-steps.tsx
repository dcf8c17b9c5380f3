/** Boards of the forum as the office makes, changes and puts them away. */
import { useClient } from "urql";
import { ForWhom, forWhomIn } from "../announcements/places";
import { type BoardLineFragment, ChangeBoardDocument, CreateBoardsDocument, PutAwayBoardDocument } from "../generated/graphql";
import { refusalOf } from "../outbox";
import { t } from "../texts";
import { useForm } from "../ui/form";
import { RefusalNotice } from "../ui/notices";
import { Field, Step, numberIn, textIn } from "../ui/steps";

export function BoardSteps({ one }: { one: BoardLineFragment }) {
  if (!one.viewerMay.includes("changeForumBoard")) return null;

  const changed = (fields: FormData) => ({
    name: textIn(fields, "name"),
    description: textIn(fields, "description"),
    rank: numberIn(fields, "rank") ?? one.rank,
  });

  return (
    <>
      <Step record={one} document={ChangeBoardDocument} name={t("change_board")} of={one.name} input={changed}>
        <Field name="name" label={t("name")} value={one.name} required maxLength={100} />
        <Field name="description" label={t("what_for")} value={one.description} rows={2} />
        <Field name="rank" label={t("rank")} value={one.rank} type="number" min={0} />
      </Step>
      <Step record={one} document={PutAwayBoardDocument} name={t("put_away")} of={one.name} reason={t("reason_put_away")} />
    </>
  );
}

/** Takes back a board that was put away. */
export function BoardBack({ one }: { one: BoardLineFragment }) {
  if (!one.viewerMay.includes("changeForumBoard")) return null;
  return <Step record={one} document={ChangeBoardDocument} name={t("take_back")} of={one.name} reason={t("reason_restored_it")} input={() => ({ active: true })} />;
}

export function NewBoard({ school }: { school: string }) {
  const client = useClient();
  const { busy, refusal, send } = useForm(async (fields) => {
    const board = { name: textIn(fields, "name") ?? "", description: textIn(fields, "description"), ...forWhomIn(fields) };
    return refusalOf(await client.mutation(CreateBoardsDocument, { input: { school, forumBoards: [board] } }).toPromise());
  });
  return (
    <details>
      <summary>{t("new_board")}</summary>
      <form className="fields" onSubmit={(event) => void send(event)}>
        <Field name="name" label={t("name")} required maxLength={100} />
        <Field name="description" label={t("what_for")} rows={2} />
        <ForWhom staff />
        <button type="submit" className="first" disabled={busy}>{t("add")}</button>
        <RefusalNotice refusal={refusal} />
      </form>
    </details>
  );
}
