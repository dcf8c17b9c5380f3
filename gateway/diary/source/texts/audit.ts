/** Words for what the audit tells of by codes: types of records, steps, and columns. Loaded with the
 * screen that shows them; of what has no words here, the code is shown. */
import { type Language, language } from ".";

type Words = Record<string, string>;

const nouns: Record<Language, Words> = {
  en: {
    AbsenceNotice: "absence announced", AcademicYear: "academic year", AccessCode: "access code", Account: "account",
    Announcement: "announcement", Attendance: "attendance", AttendanceCode: "attendance token", BellSchedule: "bell schedule",
    ChildRestriction: "child's restriction", ClassGroup: "class", Comment: "comment", Conversation: "conversation", Course: "course",
    EventReply: "reply to an event", MaterialOpening: "material opened", SurveyParticipation: "answered survey",
    DataExport: "export", DayOff: "day off", DiarySignature: "signed week", Enrolment: "place in a class or course", FaqEntry: "FAQ entry",
    File: "file", ForumAnswer: "forum answer", ForumBoard: "forum board", ForumTopic: "forum topic", GlossaryTerm: "glossary term",
    Grade: "mark", GradeScale: "grade scale", GradingRule: "grading rule", Guardian: "guardian", Guardianship: "guardianship",
    Homework: "homework", HomeworkStatus: "homework of a student", Lesson: "lesson", LessonPattern: "weekly lesson", Material: "material",
    Membership: "account's part in the school", Message: "message", ModerationCase: "moderated text", Notice: "notice", Page: "page",
    Period: "period", PeriodGrade: "period grade", Post: "post", Quiz: "quiz", QuizQuestion: "quiz question", QuizTry: "quiz try",
    Remark: "remark", Room: "room", School: "school", SchoolEvent: "event", SitePage: "page of the site", Student: "student",
    Subject: "subject", Survey: "survey", SwappedDay: "swapped day", Teacher: "teacher", Teaching: "who teaches a course",
    Timetable: "timetable", Webhook: "webhook", WebhookDelivery: "webhook delivery", WorkType: "kind of work",
  },
  ru: {
    AbsenceNotice: "объявленное отсутствие", AcademicYear: "учебный год", AccessCode: "код доступа", Account: "учётная запись",
    Announcement: "объявление", Attendance: "посещаемость", AttendanceCode: "обозначение посещаемости", BellSchedule: "расписание звонков",
    ChildRestriction: "ограничение ребёнка", ClassGroup: "класс", Comment: "комментарий", Conversation: "беседа", Course: "курс",
    EventReply: "ответ на событие", MaterialOpening: "открытый материал", SurveyParticipation: "ответ на опрос",
    DataExport: "выгрузка", DayOff: "выходной день", DiarySignature: "подпись недели", Enrolment: "место в классе или курсе", FaqEntry: "вопрос и ответ",
    File: "файл", ForumAnswer: "ответ на форуме", ForumBoard: "раздел форума", ForumTopic: "тема форума", GlossaryTerm: "слово глоссария",
    Grade: "оценка", GradeScale: "шкала оценок", GradingRule: "правило оценивания", Guardian: "представитель", Guardianship: "связь с представителем",
    Homework: "домашнее задание", HomeworkStatus: "задание ученика", Lesson: "урок", LessonPattern: "еженедельный урок", Material: "материал",
    Membership: "участие учётной записи", Message: "сообщение", ModerationCase: "проверенный текст", Notice: "уведомление", Page: "страница",
    Period: "период", PeriodGrade: "оценка за период", Post: "запись", Quiz: "тест", QuizQuestion: "вопрос теста", QuizTry: "попытка теста",
    Remark: "замечание", Room: "кабинет", School: "школа", SchoolEvent: "событие", SitePage: "страница сайта", Student: "ученик",
    Subject: "предмет", Survey: "опрос", SwappedDay: "перенесённый день", Teacher: "учитель", Teaching: "кто ведёт курс",
    Timetable: "расписание", Webhook: "вебхук", WebhookDelivery: "отправка вебхука", WorkType: "вид работы",
  },
};

const changes: Record<Language, Words> = {
  en: {
    GIVEN: "given", REVISED: "revised", ADDED: "added", REPLIED: "replied to", SIGNED: "signed", SET: "set", HOMEWORK_CLOSED: "homework complete",
    HOMEWORK_OPENED: "homework opened again", CLOSED: "closed", REOPENED: "opened again", ASSIGNED: "not done after all", DONE: "done",
    HANDED_IN: "handed in", ACCEPTED: "accepted", RETURNED: "returned", MISSING: "found missing", BEGUN: "begun", ANSWERED: "answered",
    GRADED: "graded", OPENED: "opened", CREATED: "made", CHANGED: "changed", TOPIC_SET: "topic set", GENERATED: "generated", REPLACED: "replaced",
    JOINED: "joined", MOVED: "moved", CANCELLED: "cancelled", REMOVED: "removed", WITHDRAWN: "withdrawn", LOCKED: "locked", UNLOCKED: "unlocked",
    PUT_AWAY: "put away", TAKEN: "taken", ANNOUNCED: "announced", REFUSED: "refused", GRANTED: "granted", ENDED: "ended", RESTRICTED: "restricted",
    DECIDED: "decided", OVERRIDDEN: "decided otherwise", TRANSFERRED: "from another school", DELIVERED: "delivered", RESTORED: "restored",
    REPORTED: "reported", HELD: "held back", HIDDEN: "hidden", SHOWN: "shown", WARNED: "author warned", SILENCED: "author silenced",
    APPEALED: "appealed", UPHELD: "appeal refused", PINNED: "pinned", ANSWER_ACCEPTED: "answer accepted", IMPORTED: "imported", USED: "used",
    REVOKED: "revoked", UNDONE: "undone", SIGNED_OUT: "signed out",
  },
  ru: {
    GIVEN: "поставлена", REVISED: "исправлена", ADDED: "добавлено", REPLIED: "есть ответ", SIGNED: "подписано", SET: "задано", HOMEWORK_CLOSED: "задание закрыто",
    HOMEWORK_OPENED: "задание открыто снова", CLOSED: "закрыто", REOPENED: "открыто снова", ASSIGNED: "всё же не сделано", DONE: "сделано",
    HANDED_IN: "сдано", ACCEPTED: "принято", RETURNED: "возвращено", MISSING: "не сдано", BEGUN: "начато", ANSWERED: "отвечено",
    GRADED: "оценено", OPENED: "открыто", CREATED: "создано", CHANGED: "изменено", TOPIC_SET: "тема записана", GENERATED: "составлено", REPLACED: "заменено",
    JOINED: "объединено", MOVED: "перенесено", CANCELLED: "отменено", REMOVED: "убрано", WITHDRAWN: "отозвано", LOCKED: "закрыто", UNLOCKED: "открыто",
    PUT_AWAY: "убрано", TAKEN: "отмечено", ANNOUNCED: "объявлено", REFUSED: "отклонено", GRANTED: "дано", ENDED: "окончено", RESTRICTED: "ограничено",
    DECIDED: "решено", OVERRIDDEN: "решено иначе", TRANSFERRED: "из другой школы", DELIVERED: "доставлено", RESTORED: "восстановлено",
    REPORTED: "есть жалоба", HELD: "задержано", HIDDEN: "скрыто", SHOWN: "показано", WARNED: "автор предупреждён", SILENCED: "автору запрещено писать",
    APPEALED: "обжаловано", UPHELD: "жалоба отклонена", PINNED: "закреплено", ANSWER_ACCEPTED: "ответ принят", IMPORTED: "загружено", USED: "использован",
    REVOKED: "отозван", UNDONE: "отменён", SIGNED_OUT: "выход",
  },
};

const parts: Record<Language, Words> = {
  en: {
    CONTACTS: "contacts", BIRTH_DATE: "day of birth", GUARDIANS: "guardians", given_name: "given name", family_name: "family name",
    middle_name: "middle name", phone: "telephone", email: "e-mail", born_on: "day of birth", begins_on: "first day", ends_on: "last day",
    grade_level: "year of school", identifier: "school's number",
    WRONG_PASSWORD: "wrong password", WRONG_CODE: "wrong code", PASSWORD: "password", CODE: "code", PASSKEY: "passkey", OPENID: "another service",
  },
  ru: {
    CONTACTS: "контакты", BIRTH_DATE: "день рождения", GUARDIANS: "представители", given_name: "имя", family_name: "фамилия", middle_name: "отчество",
    phone: "телефон", email: "почта", born_on: "день рождения", begins_on: "первый день", ends_on: "последний день", grade_level: "год обучения",
    identifier: "номер в школе", username: "имя в списках", enabled: "включён", sex: "пол", relation: "кем приходится", restriction: "ограничение",
    about: "о себе", absence: "считается отсутствием", accepted_id: "принятый ответ", active: "в употреблении", answer_en: "ответ по-английски",
    answer_ru: "ответ по-русски", answers_shown: "показ ответов", appeal: "обжалование", asks_replies: "просьба ответить", audit_years: "срок аудита",
    average: "средняя", because: "причина", bells: "звонки", bonus: "дополнительная", capacity: "вместимость", class_group_id: "класс",
    class_teacher_id: "классный руководитель", classmates_write: "переписка одноклассников", closed: "закрытие", closes_at: "окончание", code: "код",
    comment: "комментарий", counted: "что считается", course_id: "курс", day: "день", definition: "значение", deputy_id: "заместитель",
    description: "описание", due_lesson_id: "к какому уроку", due_on: "срок", elsewhere: "по делам школы", ends_at: "окончание", excused: "освобождение",
    expected_minutes: "минуты", grade_levels: "годы обучения", grade_scale_id: "шкала", guarded_age: "возраст опеки", handed_in_at: "когда сдано",
    held_words: "список слов", hidden: "скрытие", homework_closed: "задание закрыто", homework_limits: "нормы заданий", in_rate: "учёт в посещаемости",
    joined_id: "объединён с", keeping_years: "срок хранения", kind: "вид", language: "язык", late_days: "дни опоздания", lateness: "считается опозданием",
    legal_terms: "сроки по закону", link: "ссылка", location: "место", locked: "закрытие", main: "основной", meaning: "значение", minutes: "минуты",
    most_tries: "число попыток", name: "название", note: "примечание", open_until: "открыт до", opens_at: "начало", overridden: "решено иначе",
    pages: "страницы", pinned: "закрепление", points: "баллы", points_at_once: "баллы сразу", proposed: "предложение", public: "для всех",
    question_en: "вопрос по-английски", question_ru: "вопрос по-русски", rank: "место", record_id: "запись", remind_hours: "напоминание",
    reply_until: "ответить до", reports: "жалобы", restricted_until: "ограничен до", results_told: "показ итогов", room: "кабинет", room_id: "кабинет",
    rounding: "округление", seats: "места", second_factor_required: "второй шаг входа", shared: "общий", shift: "смена", slot: "номер урока",
    slug: "имя в адресе", starts_at: "начало", starts_on: "первый день", state: "состояние", status: "состояние", student_id: "ученик", subject: "предмет",
    subject_id: "предмет", teacher_id: "учитель", guardian_id: "представитель", term: "слово", text: "текст", theme: "оформление", time_zone: "часовой пояс",
    title: "название", token: "обозначение", topic: "тема", value: "значение", week_count: "недели", week_days: "дни недели", weight: "вес",
    withdrawn: "отзыв", work_type_id: "вид работы", academic_year_id: "учебный год", whole_class: "весь класс", sourced_id: "имя в списках",
    named_by_guardian: "назван представителем", url: "адрес", topics: "темы", stands_in_for_id: "кого заменяет", role: "роль", account_id: "учётная запись",
    WRONG_PASSWORD: "неверный пароль", WRONG_CODE: "неверный код", PASSWORD: "пароль", CODE: "код", PASSKEY: "ключ доступа", OPENID: "другой сервис",
  },
};

const found = (words: Record<Language, Words>, code: string): string | undefined => words[language()][code];

export const nounWord = (noun: string): string => found(nouns, noun) ?? noun;

export const changeWord = (change: string): string => found(changes, change) ?? change;

/** A column in English is its name in plain letters. */
export const whatWord = (what: string): string => found(parts, what) ?? what.replace(/_id$/, "").replaceAll("_", " ");
