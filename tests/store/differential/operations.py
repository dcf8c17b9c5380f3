"""Operations drawn over the whole schema, valid by the way they are made."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from random import Random
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
)
from hypothesis import strategies as st

from resolvers import global_id
from schema.build import schema
from tests.conftest import TODAY
from tests.store.differential.arguments import Arguments, Choices
from tests.store.differential.guidance import Guidance, leads
from tests.store.differential.knowledge import LISTS, VIEWERS, Knowledge

TYPES = schema._schema.type_map
NOT_GUIDED = Guidance()
MOST_ITEMS = 130
"""How many objects of one position an operation may ask for, as guessed."""
GUESSED = 5
"""Items of a list, as guessed."""
DEEPEST = 5
MOST_SELECTED = 30
NEEDS_A_FEED = {"Query.changes"}
"""Not drawn, since no feed runs here: it would be refused whatever stands in it."""
ONLY_WAYS = {"deliveries", "edges", "history", "replies", "rows"}
"""Fields drawn more often than their neighbours, for little else leads to what is below them."""
INTROSPECTION = (
    "__schema { queryType { name } }",
    '__type(name: "Grade") { kind name fields { name } }',
    '__type(name: "None") { name }',
)
FAILING = (*sorted(set(LISTS.values())), *("Lesson",) * 3)
"""Nouns of which whole lists may fail to be read; lessons more often, for they fail with an error
of their own."""
GUIDED = 75
"""Of a hundred fields, how many are chosen among those that lead to the operation's target."""


@dataclass(frozen=True)
class Case:
    """One comparison; its representation is what a person reads when it fails."""

    text: str
    variables: dict[str, Any]
    viewer: str
    is_broken: bool
    failing: tuple[str, ...]
    change: int
    """Which of the known changes is the event of a subscription."""
    target: str = ""
    """What no answer had anything of before, and this one may have."""

    @property
    def kind(self) -> str:
        return self.text.split(" ", 1)[0]

    def __repr__(self) -> str:
        told = [f"\nviewer: {self.viewer}", self.text, f"variables: {self.variables}"]
        if self.is_broken:
            told.append("on the broken copy")
        if self.failing:
            told.append(f"lists that fail: {', '.join(self.failing)}")
        if self.kind == "subscription":
            told.append(f"change: {self.change}")
        return "\n".join(told)

    def _repr_pretty_(self, printer: Any, _: bool) -> None:
        """As Hypothesis asks for it, which would print the fields one by one."""
        printer.text(repr(self))


SPAN = f'from: "{TODAY - timedelta(40)}", to: "{TODAY + timedelta(20)}"'
COUNT = (
    "count { lessons present absent excused ill late lateMinutes leftEarly elsewhere absences"
    " latenesses inRate rate }"
)
CONTRIBUTIONS = (
    "contributions { grade { id } value number weight share contribution exact counts whyNot }"
)
RESULT = f"""period {{ id }} periodName average exact outOf proposal notAttested provisional value
  change rule {{ id }} grade {{ id value }} {CONTRIBUTIONS}
  yearParts {{ period {{ id }} number share contribution exact }}
  whatIf(grades: [{{value: "5", weight: "2"}}]) {{ average exact proposal notAttested }}
  needed(target: "5") {{ reachable more inTheWay gaveUp longest
    lists {{ marks {{ value weight kind }} }} }}
  forecast {{ method marksToCome lowest likely highest worstMark likelyMark bestMark }}"""
FIGURES = """students graded decided notAttested average worst best success quality
  distribution { mark count } course { id }"""
FILES = "files { id name size mediaType url thumbnailUrl uploadedAt }"
STEPS = "history { id version change at reason by school { id }"
QUIZ = f"""id title description opensAt closesAt state minutes mostTries counted pointsAtOnce
  answersShown points questionCount marks {{ mark percent }} withdrawn addedAt version viewerMay
  school {{ id }} course {{ id }} teacher {{ id }}
  questions {{ kind text choices points right accepted }} results {{ number }}
  tries {{ id number begunAt endsAt handedInAt over points pointsSoFar proposed version viewerMay
    questions {{ kind text choices points chosen answer right accepted got }} quiz {{ id }}
    student {{ id }} grade {{ id }} school {{ id }} {STEPS} handedInAtBefore }} }}
  {STEPS} titleBefore descriptionBefore opensAtBefore closesAtBefore minutesBefore mostTriesBefore
    countedBefore pointsAtOnceBefore answersShownBefore withdrawnBefore }}"""
SURVEY = f"""id title description anonymous oncePer resultsTold closesAt closed open by askedAt
  withdrawn version viewerMay answered toStudents toFamilies toStaff school {{ id }}
  classGroup {{ id }} course {{ id }}
  questions {{ kind text choices least most required }} chart(question: 0) {{ title }}
  results {{ answered questions {{ answered average texts question {{ text }}
    options {{ option count }} }} }}
  answers(first: 2) {{ totalCount pageInfo {{ hasNextPage }} edges {{ cursor node {{ by at
    answers {{ place choices number text }} }} }} }}
  {STEPS} titleBefore descriptionBefore resultsToldBefore closesAtBefore closedBefore
    withdrawnBefore }}"""
PAGE = "totalCount pageInfo { hasNextPage endCursor } edges { cursor node"
CHANGED = "version viewerMay school { id } classGroup { id } course { id }"
ANNOUNCEMENTS = f"""announcements(first: 3) {{ {PAGE} {{ id title text {FILES} toStudents toFamilies
  toStaff by publishedAt withdrawn readAt {CHANGED}
  readings(first: 2) {{ {PAGE} {{ by at }} }} }}
  {STEPS} titleBefore textBefore withdrawnBefore }} }} }} }}"""
REPLY = "student { id } answer by at"
EVENT = f"""id kind title description location startsAt endsAt date lastDate toStudents toFamilies
  toStaff public asksReplies replyUntil places remindHours answers {{ yes no maybe }} by addedAt
  withdrawn {CHANGED} ownReplies {{ {REPLY} }} replies(first: 2) {{ {PAGE} {{ {REPLY} }} }} }}
  {STEPS} kindBefore titleBefore descriptionBefore locationBefore startsAtBefore endsAtBefore
    publicBefore asksRepliesBefore replyUntilBefore capacityBefore remindHoursBefore
    withdrawnBefore }}"""
MESSAGE = f"""id by text {FILES} sentAt waitsUntil hidden withdrawn own version viewerMay
  school {{ id }} conversation {{ id }} moderation {{ id }}
  {STEPS} textBefore hiddenBefore withdrawnBefore }}"""
CONVERSATION = f"""id subject answers toStudents toFamilies toStaff toOffice hidden startedAt unread
  muted draft {CHANGED} people {{ name starter readAt }} lastMessage {{ id }}
  messages(first: 2) {{ {PAGE} {{ {MESSAGE} }} }} }} {STEPS} subjectBefore hiddenBefore }}"""
CASE = f"""id record text html author state reports restrictedUntil appeal openedAt version
  viewerMay
  school {{ id }} {STEPS} stateBefore reportsBefore restrictedUntilBefore appealBefore }}"""
ANSWER = f"""id text by hidden withdrawn writtenAt version viewerMay school {{ id }} topic {{ id }}
  moderation {{ id }} {STEPS} textBefore hiddenBefore withdrawnBefore }}"""
TOPIC = f"""id title text by pinned locked hidden withdrawn writtenAt version viewerMay
  school {{ id }} board {{ id }} accepted {{ id }} moderation {{ id }}
  answers(first: 2) {{ {PAGE} {{ {ANSWER} }} }} }}
  {STEPS} titleBefore textBefore acceptedBefore {{ id }} pinnedBefore lockedBefore hiddenBefore
    withdrawnBefore }}"""
BOARD = f"""id name description toStudents toFamilies toStaff rank active version viewerMay
  school {{ id }} pinned {{ id }} topics(first: 3) {{ {PAGE} {{ {TOPIC} }} }} }}
  {STEPS} nameBefore descriptionBefore rankBefore activeBefore }}"""
NOTICE = """id kind at path text read viewerMay school { id } student { id } course { id }
  record { id }"""
WRITINGS = f"writings(first: 2) {{ {PAGE} {{ record activity text hidden writtenAt }} }} }}"
FOLLOWED = schema._schema.subscription_type
assert FOLLOWED is not None
TOLD = sorted(each.removesuffix("Changed") for each in FOLLOWED.fields)
TOLD.remove("diary")
"""Nouns whose events are told: of each few are drawn."""
COMMENT = f"""id text by hidden withdrawn writtenAt version viewerMay post {{ id }} school {{ id }}
  moderation {{ id }} {STEPS} textBefore hiddenBefore withdrawnBefore }}"""
POST = f"""id text html by hidden withdrawn postedAt version viewerMay page {{ id }} {FILES}
  school {{ id }} moderation {{ id }} reactions {{ reaction count mine }}
  comments(last: 3) {{ {PAGE} {{ {COMMENT} }} }} }}
  {STEPS} textBefore hiddenBefore withdrawnBefore }}"""
PAGE_OF = f"""id kind name about html theme begunAt version viewerMay followed avatar {{ url }}
  student {{ id }} teacher {{ id }} guardian {{ id }} classGroup {{ id }} subject {{ id }}
  school {{ id }} {STEPS} aboutBefore themeBefore }}"""
WRITTEN = (
    f"""query {{ school {{ guardians(first: 9) {{ totalCount edges {{ cursor node {{ id }} }} }}
      glossaries: subjects {{ glossary(first: 2) {{ pageInfo {{ hasNextPage }} }} }}
      classGroups(first: 9) {{ edges {{ node {{ students {{
        diarySignatures({SPAN}) {{ viewerMay school {{ id }} }} }} }} }} }}
      courses(first: 9) {{ edges {{ node {{ lessons({SPAN}) {{ history {{ school {{ id }} }}
        homework {{ school {{ id }} statuses {{ status {{ changedAt version }} }} }} }}
        }} }} }} }} }}""",
    f"""query {{ school {{ pageLevel history {{ pageLevelBefore }}
      sitePages {{ id slug title text html public rank active changedAt version viewerMay
        school {{ id }} {STEPS} slugBefore titleBefore textBefore publicBefore rankBefore
          activeBefore }} }}
      pages(first: 20) {{ {PAGE} {{ {PAGE_OF} }} }} }} }} }}""",
    f"""query {{ school {{ feed(last: 20, everything: true) {{ {PAGE} {{ {POST} }} }} }}
      subjects {{ page {{ id posts(last: 2) {{ {PAGE} {{ id }} }} }} }} }}
      teachers(first: 9) {{ edges {{ node {{ page {{ id }} }} }} }}
      guardians(first: 20) {{ edges {{ node {{ page {{ id }} }} }} }}
      classGroups(first: 9) {{ edges {{ node {{ page {{ id }} students {{ page {{ id }} }} }} }} }}
      }} }}""",
    f"""query {{ publicPages(school: "{global_id.make("School", 1, global_id.NIL)}") {{
      school slug title html changedAt }} }}""",
    *(
        f"subscription {{ {noun}Changed {{ change cursor version at node {{ id }}"
        f" {noun} {{ id }} }} }}"
        for noun in TOLD
    ),
    "subscription { timetableChanged { at timetable { startsOn endsOn kept by reason } } }",
    f"""query {{ school {{ {ANNOUNCEMENTS}
      classGroups(first: 2) {{ edges {{ node {{ {ANNOUNCEMENTS} }} }} }}
      courses(first: 2) {{ edges {{ node {{ {ANNOUNCEMENTS} }} }} }} }} }}""",
    f"""query {{ school {{ events({SPAN}, first: 9) {{ {PAGE} {{ {EVENT} }} }} }} }} }}""",
    f"""query {{ school {{ unreadMessages messageBlocks {{ id name at }}
      messageRest {{ starts ends weekends }} correspondents(first: 9) {{ id role name about }}
      conversations(first: 9) {{ {PAGE} {{ {CONVERSATION} }} }} }} }} }}""",
    f"""query {{ school {{ forumBoards {{ {BOARD} }} moderation(first: 9) {{
      {PAGE} {{ {CASE} }} }} }}
      faq {{ id questionEn answerEn questionRu answerRu rank active version viewerMay {STEPS}
        questionEnBefore answerEnBefore questionRuBefore answerRuBefore rankBefore activeBefore
        }} }} }} }}""",
    f"""query {{ school {{ students(first: 20) {{ edges {{ node {{
      {WRITINGS}
      restrictions {{ id activity by withdrawn writtenAt version viewerMay student {{ id }}
        school {{ id }} {STEPS} withdrawnBefore }} }} }} }} }} }} }}""",
    f"""query {{ viewer {{ unreadNotices memberships {{ roles teacher {{ id }} student {{ id }}
        school {{ id }} }}
      notices(first: 20) {{ pageInfo {{ hasNextPage }} edges {{ cursor node {{ {NOTICE} }} }} }}
      noticeSettings {{ quietFrom quietUntil ways {{ kind inApp mail push }}
        devices {{ id name addedAt failing }} }}
      student {{ {WRITINGS} }} children {{ {WRITINGS} }} }} }}""",
    f"""query {{ school {{ {STEPS} gradeScaleBefore {{ id }} }}
      academicYears {{ {STEPS} endsOnBefore }} }}
      attendanceTokens {{ code {{ {STEPS} tokenBefore kindBefore countsAsLatenessBefore }} }} }}
      bellSchedules {{ {STEPS} }} }} daysOff {{ classGroup {{ id }} {STEPS}
        classGroupBefore {{ id }} }} }}
      gradingRules {{ course {{ id }} definition {{ latePercent lateMost }} {STEPS} }} }}
      periods {{ academicYear {{ id }} }} swappedDays {{ school {{ id }} }}
      workTypes {{ {STEPS} kindBefore }} }} subjects {{ glossary(first: 2) {{ edges {{ node {{
        {STEPS} termBefore }} }} }} }} }}
      webhooks {{ createdBy topics viewerMay deliveries(first: 2) {{ pageInfo {{ hasNextPage }}
        edges {{ node {{ occurredAt messageId record excerpt viewerMay school {{ id }} }} }} }} }}
      periodSteps: periods {{ {STEPS} lockedBefore }} }}
      guardians(first: 9) {{ edges {{ node {{ accessCodes {{ guardian {{ id }} expiresAt }} }} }} }}
      teachers(first: 9) {{ edges {{ node {{ accessCodes {{ teacher {{ id }} }} }} }} }} }} }}""",
    f"""query {{ school {{ courses(first: 9) {{ edges {{ node {{
      journal({SPAN}) {{ rows {{ from to attendance {{ id }} }} }}
      materials(first: 9) {{ edges {{ node {{ openings {{ at asGuardian by student {{ id }} }} }} }}
        }}
      lessonPatterns {{ active {STEPS} activeBefore }} }}
      lessons({SPAN}) {{ attendance {{ school {{ id }} }} homework {{ private
        teacher {{ id }} students {{ id }} {STEPS} dueOnBefore withdrawnBefore }}
        statuses {{ status {{ homework {{ id }} {STEPS} stateBefore }} }} }} }}
      }} }} }} }}
      classGroups(first: 9) {{ edges {{ node {{ attendanceCounts({SPAN}, by: SLOT) {{ slot }}
        students {{ yearAverages(by: COURSE) {{ course {{ id }} }}
          reportCard {{ rows {{ results {{ grade {{ version period {{ id }} {STEPS} stateBefore
            proposedBefore averageBefore becauseBefore elsewhereBefore }} }} }} }} }} }} }} }} }}
      }} }}""",
    f"""query {{ school {{ surveys(first: 9) {{ {PAGE} {{ {SURVEY} }} }} }} }} }}""",
    f"""query {{ school {{ subjects {{ quizQuestions(first: 5) {{ {PAGE} {{ id kind text points
      choices right accepted withdrawn addedAt version viewerMay subject {{ id }} teacher {{ id }}
      school {{ id }} {STEPS} kindBefore textBefore pointsBefore withdrawnBefore }} }} }} }} }} }}
      }}""",
    f"""query {{ school {{ courses(first: 9) {{ edges {{ node {{
      quizzes(first: 2) {{ {PAGE} {{ {QUIZ} }} }} }} }} }} }} }} }}""",
    """query { viewer { dictionaries { id title from to notice url entries }
      lookUp(word: "house") { headword text exact dictionary }
      words(first: 9) { totalCount pageInfo { endCursor } edges { cursor node { id word meaning note
        language dueOn repetitions interval easiness reviewedAt addedAt version } } }
      translator { charactersLeft languages } } }""",
    """query { school { auditYears legalTerms { kind years reason }
      audit(first: 9) { pageInfo { hasNextPage } edges { cursor node { number at kind change by byId
        origin noun recordId version what student { id } school { id } } } }
      students(first: 9) { edges { node { audit(first: 2) { edges { node { id } } }
        erasures { at by reason items { kind table erased kept why } }
        erasurePlan { erasableFrom fingerprint items { kind table erased kept why } } } } } } }""",
    """query { viewer { children { dataExports { id state done parts size askedAt expiresAt address
      student { id } school { id } } audit(first: 2) { edges { node { kind by what } } } } } }""",
    f"""query {{ school {{ classGroups(first: 9) {{ edges {{ node {{
      figures {{ {FIGURES} }} students {{ reportCard {{ academicYear {{ id }}
        rows {{ course {{ title }} subject {{ id }} results {{ {RESULT} }} }}
        totals {{ period {{ id }} average gpa }} transferred {{ id elsewhere }} }}
      finalGrades {{ id }} }} }} }} }} }} }}""",
    f"""query {{ school {{ courses(first: 9) {{ edges {{ node {{
      results {{ student {{ id }} result {{ {RESULT} }} }} figures {{ {FIGURES} }}
      toldFigures {{ average worst best }}
      gradeScale {{ kind step passingFrom wholeMarks {{ mark number share passing markClass }} }}
      }} }} }} }} }}""",
    f"""query {{ school {{ gradingRules {{ name gradeLevels active version course {{ id }}
        school {{ id }} definition {{ method rounding {{ threshold }} signs minimumMarks
          marksPerWeeklyLesson overdue overdueMark absenceShare absences required
          categories {{ kind share }} drops {{ kind worst best }} thresholds {{ mark percent }}
          periodKind periodWeights year exams examShare gpa {{ mark points }} credit }}
        history {{ by version definitionBefore {{ method }} }} }}
      classGroups(first: 9) {{ edges {{ node {{ students {{
        progress({SPAN}) {{ course {{ id }} subject {{ id }}
          trend {{ method perMonth direction count }} points {{ date period {{ id }} soFar
            movingAverage count average {{ value exact {CONTRIBUTIONS} }} }} }}
        periods: progress({SPAN}, by: SUBJECT, step: PERIOD) {{ points {{ period {{ id }} }} }}
        yearAverages {{ academicYear {{ id }} subject {{ id }} average {{ value }} }} }} }} }} }}
      }} }}""",
    """query { school { yearPlan { source { name } name startsOn endsOn fingerprint notes
      periods { name kind startsOn endsOn } daysOff { name startsOn endsOn } leaving { id }
      classGroups { sources { name } name gradeLevel leaves students { displayName }
        classTeacher { displayName } deputy { displayName } }
      courses { source { title } classGroup subject { name } title code room wholeClass
        gradeScale { name } teachers { displayName } students { id } } } } }""",
    f"""query {{ school {{ classGroups(first: 9) {{ edges {{ node {{
      attendanceCounts({SPAN}) {{ student {{ id }} course {{ id }} subject {{ id }} slot {COUNT} }}
      inCourses: attendanceCounts({SPAN}, by: COURSE) {{ course {{ id }} }}
      inSubjects: attendanceCounts({SPAN}, by: SUBJECT) {{ subject {{ id }} slot }}
      homeworkDue({SPAN}) {{ homework {{ text link version dueLesson {{ id }} {FILES}
        students {{ id }} statuses {{ homework {{ id }} student {{ id }} dueOn state overdue
          status {{ text school {{ id }} {FILES} }} }} history {{ id textBefore }} }} }}
      students {{ attendance({SPAN}) {{ date kind token minutes note countsAsAbsence
          student {{ id }}
          notice {{ id }} history {{ id by version minutesBefore noteBefore tokenBefore }} }}
        attendanceCounts({SPAN}, by: SLOT) {{ course {{ id }} slot {COUNT} }}
        inCourses: attendanceCounts({SPAN}) {{ course {{ id }} }}
        diary({SPAN}) {{ lessons {{ attendance {{ id }} }} }}
        homework({SPAN}) {{ edges {{ cursor node {{ homework {{ id }} student {{ id }} state
          status {{ id }} }} }} }}
        homeworkCompletion({SPAN}) {{ total overdue }}
        remarks({SPAN}) {{ history {{ by }} }} guardianships {{ guardian {{ id }} }}
        accessCodes {{ student {{ id }} }}
        averages({SPAN}) {{ subject {{ id }} average {{ value outOf share weight }} }}
        beginsOn endsOn }} }} }} }} }} }}""",
    """query { school { history { gradeScaleBefore { id } }
      daysOff { history { school { id } activeBefore classGroupBefore { id } endsOnBefore
        startsOnBefore } }
      periods { history { openUntilBefore } } workTypes { history { id } }
      courses(first: 9) { edges { node { teachings { beginsOn } } } }
      webhooks { deliveries(first: 9) { edges { node { cursor error lastTriedAt state type } } } }
      } }""",
    f"""query {{ school {{ today
      rooms {{ name seats timetable {{ date today lessons {{ id }} }} history {{ nameBefore
        seatsBefore activeBefore }} }}
      bellSchedules {{ shift startsOn endsOn bells {{ slot starts ends }} history {{
        nameBefore bellsBefore {{ starts }} weekDaysBefore shiftBefore startsOnBefore
        endsOnBefore }} }}
      courses(first: 9) {{ edges {{ node {{ lessonPatterns {{ week weekDay slot shift startsOn
        endsOn teacher {{ id }} location {{ id }} history {{ endsOnBefore activeBefore }} }}
        lessons({SPAN}) {{ pattern {{ id }} replaces {{ id }} replacedBy {{ id }} joinedTo {{ id }}
          location {{ id }} freeRooms {{ name }}
          freeTeachers {{ teacher {{ id }} teachesCourse teachesSubject teachesClass lessonsOnDay }}
          replacement {{ change at reason by date slot startsAt endsAt room location {{ id }}
            teacher {{ id }} }}
          history {{ locationBefore {{ id }} joinedToBefore {{ id }} }} }} }} }} }}
      classGroups(first: 9) {{ edges {{ node {{ timetable({SPAN}) {{ date weekDay today tomorrow
        lessons {{ slot status }} }} students {{ timetable({SPAN}) {{ date lessons {{ id }} }} }}
        classTeacher {{ timetable({SPAN}) {{ tomorrow lessons {{ id }} }} }} }} }} }} }} }}""",
    f"""query {{ school {{ courses(first: 9) {{ edges {{ node {{
      journal(from: "{TODAY - timedelta(40)}", to: "{TODAY}") {{ lessons {{ id }}
        rows {{ from to left student {{ id }} average {{ value outOf share count }}
          averages {{ value }} grades {{ value }} }} }} }} }} }} }} }}""",
    f"""query {{ school {{ fileMebibytes
      gradingRules {{ course {{ id }} definition {{ mustPass }} }}
      daysOff {{ classGroup {{ id }} history {{ change }} }}
      subjects {{ materials(first: 9) {{ edges {{ node {{ subject {{ id }} title }} }} }}
        glossary(first: 9, search: "") {{ totalCount edges {{ cursor node {{ id term meaning
          language withdrawn addedAt version viewerMay school {{ id }} subject {{ id }}
          teacher {{ id }} history {{ at by reason change termBefore meaningBefore languageBefore
            withdrawnBefore school {{ id }} }} }} }} }} }}
      courses(first: 9) {{ edges {{ node {{
        lessonMaterials(first: 9) {{ edges {{ node {{ lesson {{ id }} {FILES} }} }} }}
        materials(first: 9) {{ edges {{ node {{ kind title description link date addedAt
          school {{ id }} course {{ id }} teacher {{ id }} version
          openings {{ at asGuardian by student {{ id }} }}
          history {{ at by reason change kindBefore titleBefore descriptionBefore }}
          }} }} }} }} }} }}
      classGroups(first: 9) {{ edges {{ node {{ students {{
        attendance({SPAN}) {{ lesson {{ id }} }}
        averages({SPAN}, by: COURSE) {{ course {{ id }} }}
        homework({SPAN}) {{ pageInfo {{ hasNextPage }} edges {{ node {{
          homework {{ materials {{ id title }} }} status {{ comment state }} }} }} }}
        homeworkCompletion({SPAN}) {{ subject {{ id }} }}
        finalGrades {{ because number proposed state viewerMay school {{ id }} subject {{ id }}
          average {{ sum gradeScale {{ id }} }} }}
        guardianships {{ beginsOn endsOn }} }} }} }} }} }} }}""",
    f"""query {{ school {{ openLessons({SPAN}, last: 9) {{ totalCount
        pageInfo {{ startCursor hasPreviousPage }}
        edges {{ cursor node {{ id closed attendanceTakenAt grades {{ id }} rows {{
          student {{ id }} attendance {{ id }} grades {{ value }} }} }} }} }}
      classGroups(first: 3) {{ edges {{ node {{
        openLessons({SPAN}, first: 3) {{ totalCount edges {{ cursor }} }}
        courses {{ lessons({SPAN}) {{ rows {{ student {{ id }} attendance {{ kind }}
            grades {{ id }} }} }}
          teachers {{ openLessons({SPAN}) {{ totalCount edges {{ node {{ id }} }} }} }} }} }} }} }}
      }} }}""",
    """query { school {
      attendanceTokens { code { token name countsAsAbsence version viewerMay
        history { at by change reason version
        school { id } activeBefore nameBefore countsAsAbsenceBefore countsInRateBefore } } }
      academicYears { active endsOn history { at nameBefore startsOnBefore } }
      periods { history { at by reason version school { id } activeBefore nameBefore } }
      daysOff { classGroup { id } history { by reason version nameBefore
        classGroupBefore { id } } }
      workTypes { history { activeBefore at } } gradeScales { kind step passingFrom history { at }
        wholeMarks { mark share } }
      bellSchedules { history { at } }
      gradingRules { course { id } history { activeBefore at } definition { rounding { threshold }
        overdueMark absenceShare periodKind examShare } }
      office { beginsOn endsOn history { at by change kind reason beginsOn endsOn restriction } }
      webhooks { state version nextTryAt deliveries(first: 9) { edges { node { attempts
        firstTriedAt status } } } }
      students(first: 9) { totalCount pageInfo { hasNextPage } edges { node {
        guardianships { kind restriction
          history { at by change kind reason beginsOn endsOn restriction } } } } }
      guardians(first: 9) { pageInfo { hasNextPage } edges { node { id beginsOn endsOn } } }
      classGroups(first: 2) { pageInfo { hasNextPage } }
      teachers(first: 9) { pageInfo { hasNextPage } edges { node { beginsOn endsOn
        accessCodes { revokedAt usedAt undoneAt
        undoneBy } } } } } }""",
    f"""query {{ school {{ courses(first: 9) {{ edges {{ node {{
      teacherHistory {{ at by change reason beginsOn endsOn teacher {{ id }} }}
      lessonPatterns {{ week endsOn teacher {{ id }} history {{ by change reason version
        school {{ id }} }} }}
      lessons({SPAN}) {{ replaces {{ id }} joinedTo {{ id }} history {{ closedBefore reason
        joinedToBefore {{ id }} }}
        attendance {{ takenAt viewerMay history {{ at kindBefore reason school {{ id }} }} }}
        homework {{ students {{ id }} statuses {{ state student {{ id }} }} }} }}
      journal({SPAN}) {{ rows {{ from to left }} }} toldFigures {{ average }} }} }} }}
      classGroups(first: 9) {{ edges {{ node {{
      leaderHistory {{ at by change reason beginsOn endsOn teacher {{ id }} }}
      students {{ remarks({SPAN}) {{ text course {{ id }}
        history {{ dayBefore kindBefore textBefore version }} }}
        finalGrades {{ because period {{ id }} }} homework({SPAN}) {{ totalCount }}
        homeworkDone: homeworkCompletion({SPAN}) {{ total }}
        diarySignatures({SPAN}) {{ week by version history {{ change reason at }} }}
        averages({SPAN}) {{ average {{ outOf share }} }} }} }} }} }} }} }}""",
    f"""query {{ school {{
      announcements(last: 9) {{ totalCount pageInfo {{ startCursor }} edges {{ cursor node {{
        title text by withdrawn version viewerMay publishedAt toStudents toFamilies toStaff readAt
        school {{ id }} classGroup {{ id }} course {{ id }} {FILES}
        readings(first: 3) {{ totalCount pageInfo {{ hasNextPage }} edges {{ cursor
          node {{ by at }} }} }}
        history {{ id at by change reason version school {{ id }} titleBefore textBefore
          withdrawnBefore }} }} }} }}
      classGroups(first: 3) {{ edges {{ node {{ announcements(first: 2, unread: true) {{
        totalCount edges {{ node {{ title }} }} }} }} }} }}
      courses(first: 3) {{ edges {{ node {{ announcements(first: 2, search: "t") {{
        totalCount edges {{ node {{ title }} }} }} }} }} }} }} }}""",
    f"""query {{ school {{
      events(from: "{TODAY - timedelta(190)}", to: "{TODAY + timedelta(190)}", first: 30) {{
        totalCount pageInfo {{ endCursor }} edges {{ cursor node {{
        kind title description location startsAt endsAt date lastDate public asksReplies replyUntil
        places remindHours by addedAt withdrawn version viewerMay toStudents toFamilies toStaff
        school {{ id }} classGroup {{ id }} course {{ id }} answers {{ yes no maybe }}
        ownReplies {{ answer at by student {{ id }} }}
        replies(first: 3) {{ totalCount pageInfo {{ hasNextPage }} edges {{ cursor node {{
          answer at by student {{ id }} }} }} }}
        history {{ id at by change reason version school {{ id }} kindBefore titleBefore
          descriptionBefore locationBefore startsAtBefore endsAtBefore publicBefore
          asksRepliesBefore replyUntilBefore capacityBefore remindHoursBefore withdrawnBefore
          }} }} }} }} }} }}""",
)
"""Operations that are answered as they stand: what is in them is drawn too seldom."""
LESSONS = f"""query {{ school {{ courses(first: 2) {{ edges {{ node {{
  lessons({SPAN}) {{ id }} }} }} }} }} }}"""


@dataclass(frozen=True)
class Fragment:
    """A named fragment, with the depth and the number of items that it was made for."""

    of: str
    inner: str
    depth: int
    items: int


@dataclass
class Writer:
    """Writes one operation; `spent` bounds how much it selects."""

    choices: Choices
    arguments: Arguments
    guidance: Guidance = NOT_GUIDED
    fragments: dict[str, Fragment] = field(default_factory=dict)
    """Those that are complete, so that none spreads itself."""
    aliases: int = 0
    spent: int = 0
    target: str = ""
    """A field that the operation should reach, if it can; see `Guidance`."""

    def selections(self, type_: Any, depth: int, items: int) -> list[str]:
        """At least one selection of the type, each a text without indentation."""
        found = [self._selection(type_, depth, items, mangled=False)]
        chance = 85
        while self.spent < MOST_SELECTED and len(found) < 7 and self.choices.percent(chance):
            found.append(self._selection(type_, depth, items, mangled=False))
            chance -= 8
        return found

    def block(self, type_: Any, depth: int, items: int) -> str:
        found = self.selections(type_, depth, items)
        if type_.name.endswith("Payload"):  # of each a few are drawn only
            found.append("errors { code }")
            for name, field in type_.fields.items():
                if "id" in getattr(get_named_type(field.type), "fields", ()):
                    found.append(f"{name} {{ id }}")
        return "{ " + " ".join(found) + " }"

    def _selection(self, type_: Any, depth: int, items: int, mangled: bool) -> str:
        self.spent += 1
        luck = self.choices.below(100)
        if isinstance(type_, GraphQLInterfaceType):
            return self._of_interface(type_, depth, items, luck)
        if luck >= 96:
            return self._directed("__typename" if luck < 98 else f"{self._alias()}: __typename")
        if luck >= 90:
            return self._inline(type_, depth, items)
        if luck >= 84:
            return self._spread(type_, depth, items)
        return self._field(type_, depth, items, mangled)

    def _of_interface(self, type_: Any, depth: int, items: int, luck: int) -> str:
        if luck < 16:
            return self._directed("__typename") if luck >= 12 else self._shared(type_, depth, items)
        if luck < 75 and type_.name == "Node" and self.arguments.named:
            return self._narrowed(TYPES[self.arguments.named], depth, items)
        possible = schema._schema.get_possible_types(type_)
        return self._narrowed(self.choices.of(possible), depth, items)

    def _shared(self, type_: Any, depth: int, items: int) -> str:
        """What all of an interface's types have."""
        return self._field(type_, depth, items, mangled=False)

    def _narrowed(self, type_: Any, depth: int, items: int) -> str:
        """Selections on one type of an interface, whose names tell of which, lest they clash."""
        found = [self._selection(type_, depth, items, mangled=True)]
        while self.spent < MOST_SELECTED and len(found) < 6 and self.choices.percent(75):
            found.append(self._field(type_, depth, items, mangled=True))
        return f"... on {type_.name}{self._directive()} {{ {' '.join(found)} }}"

    def _inline(self, type_: Any, depth: int, items: int) -> str:
        on = "" if self.choices.percent(30) else f" on {type_.name}"
        inner = [self._selection(type_, depth, items, mangled=True)]
        if self.choices.percent(50):
            inner.append(self._selection(type_, depth, items, mangled=True))
        return f"...{on}{self._directive()} {{ {' '.join(inner)} }}"

    def _spread(self, type_: Any, depth: int, items: int) -> str:
        there = [
            name
            for name, made in self.fragments.items()
            if made.of == type_.name and made.depth >= depth and made.items >= items
        ]
        if there and self.choices.percent(60):
            return self._directed(f"...{self.choices.of(there)}")
        inner = [self._selection(type_, depth, items, mangled=True)]
        while len(inner) < 4 and self.choices.percent(60):
            inner.append(self._selection(type_, depth, items, mangled=True))
        name = f"F{len(self.fragments) + 1}"
        self.fragments[name] = Fragment(type_.name, " ".join(inner), depth, items)
        return self._directed(f"...{name}")

    def _field(
        self, type_: Any, depth: int, items: int, mangled: bool, named: str | None = None
    ) -> str:
        fields = [
            (name, of)
            for name, of in type_.fields.items()
            for _ in range(4 if name in ONLY_WAYS else 1)
            if named in (None, name)
            and f"{type_.name}.{name}" not in NEEDS_A_FEED
            and self._may_ask(of, depth, items)
        ]
        if not fields:
            return self._directed("__typename")
        if self.target and self.choices.percent(GUIDED):
            fields = self._guided(type_.name, fields, DEEPEST - depth - 1) or fields
        name, of = self.choices.of(fields)
        arguments = self.arguments.text(type_.name, name, of.args)
        key = self._key(type_, name, arguments, of, mangled)
        text = f"{key}{name}{arguments}{self._directive()}"
        inner = get_named_type(of.type)
        if is_leaf_type(inner):
            return text
        more = items * GUESSED if is_list_type(get_nullable_type(of.type)) else items
        return f"{text} {self.block(inner, depth + 1, more)}"

    def _guided(self, owner: str, fields: list[Any], deeper: int) -> list[Any]:
        """Those of the type that lead to the target, or were not reached either."""
        never = self.guidance.never
        return [each for each in fields if leads(owner, each[0], self.target, deeper)] or [
            each for each in fields if f"{owner}.{each[0]}" in never
        ]

    def _aim(self, root: Any) -> None:
        """Choose a target that is below the root."""
        targets = self.guidance.targets(root.name, DEEPEST)
        self.target = self.choices.of(targets) if targets else ""

    def _key(self, type_: Any, name: str, arguments: str, of: GraphQLField, mangled: bool) -> str:
        """An alias with its colon, where the field needs one or happens to have one."""
        if arguments or self.choices.percent(12):
            return f"{self._alias()}: "
        if mangled and name != "id":
            return f"{name}Of{type_.name}: "
        return ""

    def _may_ask(self, of: GraphQLField, depth: int, items: int) -> bool:
        if is_leaf_type(get_named_type(of.type)):
            return True
        if depth >= DEEPEST or self.spent > MOST_SELECTED:
            return False
        return not is_list_type(get_nullable_type(of.type)) or items * GUESSED <= MOST_ITEMS

    def _alias(self) -> str:
        self.aliases += 1
        return f"a{self.aliases}"

    def _directed(self, text: str) -> str:
        return text + self._directive()

    def _directive(self) -> str:
        luck = self.choices.below(100)
        names = ["include"] * (88 <= luck < 93 or luck >= 98) + ["skip"] * (luck >= 93)
        return "".join(f" @{name}(if: {self.arguments.boolean()})" for name in names)

    def query(self) -> str:
        self._aim(schema._schema.query_type)
        parts = self.selections(schema._schema.query_type, 0, 1)
        if self.choices.percent(4):
            parts.append(self.choices.of(INTROSPECTION))
        return self._whole("query", parts)

    def mutation(self, named: str | None = None) -> str:
        """Several mutations, of which one may be given."""
        type_ = schema._schema.mutation_type
        assert type_ is not None
        self._aim(type_)
        parts = [self._field(type_, 0, 1, mangled=False, named=named)]
        while len(parts) < 3 and self.choices.percent(55):
            parts.append(self._field(type_, 0, 1, mangled=True))
        return self._whole("mutation", parts)

    def subscription(self) -> str:
        """One field, without directives, for the specification allows neither there."""
        type_ = schema._schema.subscription_type
        assert type_ is not None
        self._aim(type_)
        fields = list(type_.fields.items())
        if self.target and self.choices.percent(GUIDED):
            fields = self._guided(type_.name, fields, DEEPEST - 1) or fields
        name, of = self.choices.of(fields)
        arguments = self.arguments.text(type_.name, name, of.args)
        inner = self.block(get_named_type(of.type), 1, 1)
        return self._whole("subscription", [f"{self._alias()}: {name}{arguments} {inner}"])

    def _whole(self, kind: str, parts: list[str]) -> str:
        declared = ", ".join(f"${name}: {of}" for name, of in self.arguments.definitions.items())
        lines = [f"{kind} " + (f"({declared}) " if declared else "") + "{"]
        lines += [f"  {part}" for part in parts]
        lines.append("}")
        lines += [
            f"fragment {name} on {made.of} {{ {made.inner} }}"
            for name, made in self.fragments.items()
        ]
        return "\n".join(lines)


def cases(knowledge: Knowledge, guidance: Guidance = NOT_GUIDED) -> st.SearchStrategy[Case]:
    """Cases about a school, each made of some hundred bytes."""
    return st.binary(min_size=120, max_size=3_000).map(
        lambda drawn: case_of(Choices(drawn), knowledge, guidance)
    )


def each_mutation(knowledge: Knowledge) -> Iterator[Case]:
    """Each mutation, by a head and by a teacher: there are so many that some are never drawn."""
    type_ = schema._schema.mutation_type
    assert type_ is not None
    for name, viewer in product(type_.fields, ("head", "teacher")):
        choices = Choices(Random(f"{name} {viewer}").randbytes(1_000))
        arguments = Arguments(choices, knowledge, viewer)
        text = Writer(choices, arguments).mutation(name)
        yield Case(text, arguments.given, viewer, False, (), 0)


def case_of(choices: Choices, knowledge: Knowledge, guidance: Guidance) -> Case:
    # Who may do most is drawn more often.
    viewer = choices.of((*VIEWERS, "head", "head", "teacher", "class teacher"))
    arguments = Arguments(choices, knowledge, viewer)
    writer = Writer(choices, arguments, guidance)
    luck = choices.below(100)
    if luck < 66:
        text = writer.query()
    elif luck < 88:
        text = writer.mutation()
    else:
        text = writer.subscription()
    failing: tuple[str, ...] = ()
    if choices.percent(25):
        failing = tuple(sorted({choices.of(FAILING) for _ in range(1 + choices.below(3))}))
    return Case(
        text,
        arguments.given,
        viewer,
        choices.percent(40),
        failing,
        choices.below(len(knowledge.changes)) if luck >= 88 else 0,
        writer.target,
    )
