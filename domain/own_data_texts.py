"""What an export says, in the languages of families: its parts, and the columns of its tables."""

from collections.abc import Mapping

from domain.languages import LANGUAGES

PARTS: Mapping[str, tuple[str, str]] = {
    "person": ("Name, birth date and numbers", "Имя, дата рождения и номера"),
    "contacts": ("How the child is reached", "Как связаться с ребёнком"),
    "guardians": ("Guardians, as the school knows them", "Законные представители"),
    "enrolments": ("Classes and courses, with days", "Классы и курсы с датами"),
    "enrolment_history": ("What was decided of these", "Решения о зачислении и переводе"),
    "accounts": ("Accounts by which the child signs in", "Учётные записи ребёнка"),
    "grades": ("Marks", "Отметки"),
    "grade_history": ("What was changed of marks", "Изменения отметок"),
    "period_grades": ("Grades of periods and years", "Итоговые отметки"),
    "period_grade_history": ("What was changed of them", "Изменения итоговых отметок"),
    "diary_signatures": ("Weeks of the diary that were signed", "Подписи под неделями дневника"),
    "attendance": ("Attendance, where something was entered", "Посещаемость"),
    "attendance_history": ("What was changed of attendance", "Изменения посещаемости"),
    "absence_notices": ("Notices of absence", "Уведомления об отсутствии"),
    "absence_notice_history": (
        "What was changed of notices of absence", "Изменения уведомлений об отсутствии",
    ),
    "homework": ("Homework for the child alone, or for some", "Индивидуальные домашние задания"),
    "homework_done": ("What became of homework", "Выполнение домашних заданий"),
    "homework_done_history": (
        "What was changed of that", "Изменения отметок о выполнении домашних заданий",
    ),
    "materials_opened": (
        "Materials that the child has opened", "Материалы, которые открывал ребёнок",
    ),
    "quiz_tries": ("What the child answered in quizzes", "Ответы ребёнка в тестах"),
    "forum_topics": ("Topics that the child began in the forum", "Темы ребёнка на форуме"),
    "forum_answers": ("What the child answered in the forum", "Ответы ребёнка на форуме"),
    "survey_answers": (
        "What the child answered by name in surveys", "Ответы ребёнка в именных опросах",
    ),
    "child_restrictions": (
        "What guardians keep the child from writing", "Где родители не разрешают ребёнку писать",
    ),
    "files": (
        "Files of homework and notices, in the folder files; too large ones are in the diary",
        "Файлы к заданиям и уведомлениям, в папке files; слишком большие — в дневнике",
    ),
    "messages": ("Messages that the child has written", "Сообщения, написанные ребёнком"),
    "event_replies": ("Replies to events", "Ответы на приглашения"),
    "remarks": ("Remarks", "Замечания"),
    "remark_history": ("What was changed of remarks", "Изменения замечаний"),
    "remark_replies": ("Replies to remarks", "Ответы на замечания"),
    "pages": ("The child's page", "Страница ребёнка"),
    "posts": ("Posts on the page", "Записи на странице"),
    "comments": ("What the child commented on posts", "Комментарии ребёнка к записям"),
    "audit": (
        "Who changed or read something of this", "Кто изменял или просматривал эти данные",
    ),
}  # fmt: skip
"""By the name of a part, what it is."""
COLUMNS: Mapping[str, str] = {
    "about": "о себе", "posted_at": "написано", "theme": "оформление",
    "activity": "где", "hidden": "скрыто", "title": "заголовок",
    "absence": "отсутствие", "account": "учётная запись", "announced_at": "сообщено",
    "answer": "ответ", "answers": "ответы", "begun_at": "начато", "event": "событие",
    "handed_in_at": "сдано", "quiz": "тест", "survey": "опрос",
    "at": "когда", "author": "автор", "because": "причина", "begins_on": "с", "bonus": "бонус",
    "born_on": "дата рождения", "by": "кто", "change": "действие", "changed_at": "изменено",
    "class_group": "класс", "comment": "комментарий", "course": "курс", "day": "день",
    "due_lesson": "сдать на уроке", "due_on": "срок", "email": "эл. почта", "ends_on": "по",
    "excused": "освобождён", "expected_minutes": "минут", "family_name": "фамилия",
    "given_at": "поставлено", "given_name": "имя", "grade_level": "год обучения",
    "grade_scale": "шкала", "guardian": "представитель", "homework": "задание",
    "id": "номер записи",
    "in_archive": "файл в архиве",
    "identifier": "номер в школе", "in_rate": "учитывается", "kind": "вид",
    "late_days": "дней опоздания", "lateness": "опоздание",
    "lesson": "урок", "lesson_day": "день урока", "link": "ссылка", "material": "материал",
    "middle_name": "отчество",
    "minutes": "минут", "note": "примечание", "noun": "что", "phone": "телефон", "reason": "почему",
    "record": "номер записи", "relation": "кем приходится", "role": "роль", "sent_at": "отправлено",
    "set_at": "задано",
    "sex": "пол", "starts_on": "с", "state": "состояние", "taken_at": "отмечено",
    "teacher": "учитель", "text": "текст", "token": "обозначение", "username": "логин",
    "subject": "предмет", "period": "период", "proposed": "предложено", "average": "средний балл",
    "overridden": "решение директора", "elsewhere": "другая школа", "decided_at": "решено",
    "name": "название", "media_type": "тип файла", "size": "байт", "uploaded_at": "загружено",
    "week": "неделя", "signed_at": "подписано", "value": "отметка",
    "version": "версия", "weight": "вес", "what": "подробности",
    "withdrawn": "отозвано", "work_type": "вид работы", "written_at": "написано",
}  # fmt: skip
"""By the name of a column, its Russian one; English headings are the names themselves."""
BEFORE = "_before"
ABOUT: Mapping[str, tuple[str, str]] = {
    "title": (
        "All that {school} keeps of {student}, as you may see it, on {day}.",
        "Всё, что «{school}» хранит о ребёнке ({student}) и что вам доступно, на {day}.",
    ),
    "files": (
        "data.json has all of it. Each .csv file has one part, for spreadsheets:",
        "В файле data.json есть всё. В каждом файле .csv — одна часть, для электронных таблиц:",
    ),
    "apostrophe": (
        "An apostrophe before = + - @ keeps a text from becoming a formula; data.json has none.",
        "Апостроф перед = + - @ не даёт тексту стать формулой; в data.json его нет.",
    ),
    "none": ("nothing", "записей нет"),
    "rows": ("rows: {number}", "строк: {number}"),
}


def text(key: str, language: str) -> str:
    return ABOUT[key][LANGUAGES.index(language)]


def title_of(part: str, language: str) -> str:
    return PARTS[part][LANGUAGES.index(language)]


def heading_of(column: str, language: str) -> str:
    """The heading of a column, also of what it was before a step."""
    name = column.removesuffix(BEFORE)
    if language != "ru":
        return column.replace("_", " ")
    return f"{COLUMNS[name]} (до)" if name != column else COLUMNS[name]
