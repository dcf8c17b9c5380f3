/** The lists of a school: its subjects, rooms and kinds of work. */
import { useData } from "../../epoch";
import {
  ChangeRoomDocument,
  ChangeSubjectDocument,
  ChangeWorkTypeDocument,
  CreateRoomsDocument,
  CreateSubjectsDocument,
  CreateWorkTypesDocument,
  PutAwayRoomDocument,
  PutAwaySubjectDocument,
  PutAwayWorkTypeDocument,
  type RoomInSetupFragment,
  RoomsOfSchoolDocument,
  SubjectsOfSchoolDocument,
  type WorkTypeInSetupFragment,
  WorkTypesOfSchoolDocument,
} from "../../generated/graphql";
import { number } from "../../texts";
import { choices, s, said } from "../../texts/setup";
import { Problem, Waiting } from "../../ui/notices";
import { Choice, Field, Tick, linesIn, numberIn, textIn } from "../../ui/steps";
import { Create, Head, Listing, type PartProps } from "./parts";

export const WORK = ["CLASSWORK", "HOMEWORK", "ORAL", "QUIZ", "TEST", "PROJECT", "EXAM", "OTHER"] as const;

export function Subjects({ school }: PartProps) {
  const { data, error, waiting } = useData(SubjectsOfSchoolDocument, { school: school.id });
  if (waiting) return <Waiting />;
  const found = data?.school;
  if (!found) return <Problem error={error} />;
  return (
    <>
      <Head title={s("subjects")} school={school} />
      <Listing
        all={found.subjects}
        gone={{ of: s("subjects"), document: SubjectsOfSchoolDocument, school: school.id, all: (data) => data.school?.subjects }}
        named={({ name }) => name}
        told={({ code }) => code}
        change={{
          document: ChangeSubjectDocument,
          may: "changeSubject",
          fields: ({ name, code }) => (
            <>
              <Field name="name" label={s("name")} value={name} required maxLength={200} />
              <Field name="code" label={s("code")} value={code} maxLength={100} />
            </>
          ),
          given: (fields) => ({ name: textIn(fields, "name"), code: textIn(fields, "code") }),
        }}
        away={{ document: PutAwaySubjectDocument, may: "putAwaySubject" }}
      />
      {found.viewerMay.includes("createSubjects") && (
        <Create name={s("new_subject")} document={CreateSubjectsDocument} input={(fields) => ({ school: school.id, subjects: linesIn(fields, "names").map((name) => ({ name })) })}>
          <Field name="names" label={s("one_a_line")} rows={6} required />
        </Create>
      )}
    </>
  );
}

export function Rooms({ school }: PartProps) {
  const { data, error, waiting } = useData(RoomsOfSchoolDocument, { school: school.id });
  if (waiting) return <Waiting />;
  const found = data?.school;
  if (!found) return <Problem error={error} />;
  return (
    <>
      <Head title={s("rooms")} school={school} />
      <Listing
        all={found.rooms}
        gone={{ of: s("rooms"), document: RoomsOfSchoolDocument, school: school.id, all: (data) => data.school?.rooms }}
        named={({ name }) => name}
        told={({ seats, shared }) => [seats !== null && s("seats_count", { count: seats }), shared && s("is_shared")].filter(Boolean).join(", ")}
        change={{ document: ChangeRoomDocument, may: "changeRoom", fields: (one) => <RoomFields one={one} />, given: roomIn }}
        away={{ document: PutAwayRoomDocument, may: "putAwayRoom" }}
      />
      {found.viewerMay.includes("createRooms") && (
        <Create name={s("new_room")} document={CreateRoomsDocument} input={(fields) => ({ school: school.id, rooms: [roomIn(fields)] })}>
          <RoomFields />
        </Create>
      )}
    </>
  );
}

function RoomFields({ one }: { one?: RoomInSetupFragment }) {
  return (
    <>
      <Field name="name" label={s("name")} value={one?.name} required maxLength={200} />
      <Field name="seats" label={s("seats")} value={one?.seats} type="number" min={1} />
      <Tick name="shared" label={s("shared_room")} on={one?.shared} />
    </>
  );
}

const roomIn = (fields: FormData) => ({ name: textIn(fields, "name"), seats: numberIn(fields, "seats"), shared: fields.has("shared") });

export function WorkTypes({ school }: PartProps) {
  const { data, error, waiting } = useData(WorkTypesOfSchoolDocument, { school: school.id });
  if (waiting) return <Waiting />;
  const found = data?.school;
  if (!found) return <Problem error={error} />;
  return (
    <>
      <Head title={s("work_types")} school={school} />
      <Listing
        all={found.workTypes}
        gone={{ of: s("work_types"), document: WorkTypesOfSchoolDocument, school: school.id, all: (data) => data.school?.workTypes }}
        named={({ name }) => name}
        told={({ kind, weight }) => `${said("work", kind)}, ${s("weight_is", { weight: number(weight) })}`}
        change={{ document: ChangeWorkTypeDocument, may: "changeWorkType", fields: (one) => <WorkFields one={one} />, given: workIn }}
        away={{ document: PutAwayWorkTypeDocument, may: "putAwayWorkType" }}
      />
      {found.viewerMay.includes("createWorkTypes") && (
        <Create name={s("new_work_type")} document={CreateWorkTypesDocument} input={(fields) => ({ school: school.id, workTypes: [workIn(fields)] })}>
          <WorkFields />
        </Create>
      )}
    </>
  );
}

function WorkFields({ one }: { one?: WorkTypeInSetupFragment }) {
  return (
    <>
      <Field name="name" label={s("name")} value={one?.name} required maxLength={200} />
      <Choice name="kind" label={s("what_it_is")} among={choices("work", WORK)} value={one?.kind} />
      <Field name="weight" label={s("weight")} value={one?.weight ?? "1"} required />
    </>
  );
}

const workIn = (fields: FormData) => ({ name: textIn(fields, "name"), kind: fields.get("kind"), weight: textIn(fields, "weight") });
