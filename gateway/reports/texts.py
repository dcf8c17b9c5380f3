"""What reports say, in English and Russian."""

from collections.abc import Mapping
from datetime import date

TEXTS: Mapping[str, tuple[str, str]] = {
    "REPORT_CARD": ("Report card", "Табель успеваемости"),
    "DIARY_WEEK": ("Diary", "Дневник"),
    "CLASS_REGISTER": ("Class register", "Список класса"),
    "ATTENDANCE_SHEET": ("Attendance sheet", "Табель посещаемости"),
    "JOURNAL": ("Class journal", "Классный журнал"),
    "CLASS_REPORT": ("Class report", "Отчёт по классу"),
    "REPORT_CARDS": ("Report cards", "Табели успеваемости"),
    "student": ("Student", "Ученик"),
    "class": ("Class", "Класс"),
    "year": ("Academic year", "Учебный год"),
    "period": ("Period", "Период"),
    "span": ("Days", "Дни"),
    "week": ("Week", "Неделя"),
    "course": ("Course", "Предмет"),
    "lesson": ("Lesson", "Урок"),
    "task": ("Homework", "Задание"),
    "mark": ("Mark", "Отм."),
    "teacher": ("Teacher", "Учитель"),
    "teachers": ("Teachers", "Учителя"),
    "class_teacher": ("Class teacher", "Классный руководитель"),
    "all": ("All courses: average", "Средний балл по всем предметам"),
    "gpa": ("Grade point average", "Средний балл итоговых отметок"),
    "average": ("Average", "Ср. балл"),
    "in_brackets": (
        "In brackets: the average so far, where the grade is not decided.",
        "В скобках — средний балл, если отметка ещё не выставлена.",
    ),
    "proposed_in_brackets": (
        "In brackets: the mark that is proposed, where the grade is not decided.",
        "В скобках — предлагаемая отметка, если итоговая ещё не выставлена.",
    ),
    "people": ("Students", "Ученики"),
    "NOT_ATTESTED": ("n/a", "н/а"),
    "EXEMPT": ("exempt", "осв."),
    "elsewhere": ("Brought from another school", "Из другой школы"),
    "attendance": ("Attendance", "Посещаемость"),
    "lessons": ("Lessons", "Уроков"),
    "absences": ("Absences", "Пропущено"),
    "absent": ("unexcused", "без причины"),
    "excused": ("excused", "по уважительной"),
    "ill": ("ill", "по болезни"),
    "late": ("Late", "Опозданий"),
    "name": ("Name", "Фамилия, имя"),
    "born": ("Born on", "Дата рождения"),
    "contact": ("Reached at", "Контакты"),
    "guardians": ("Guardians", "Законные представители"),
    "date": ("Date", "Дата"),
    "topic": ("Topic", "Тема"),
    "taught": ("Lessons and homework", "Темы и домашние задания"),
    "marks": ("Marks", "Отметки"),
    "by_course": ("By course", "По предметам"),
    "by_student": ("By student", "По ученикам"),
    "students": ("Students", "Учеников"),
    "graded": ("Graded", "С отметкой"),
    "not_attested": ("Not attested", "Не аттестовано"),
    "distribution": ("Marks", "Отметки"),
    "success": ("Passing, %", "Успеваемость, %"),
    "quality": ("Good, %", "Качество, %"),
    "made": ("made on {day}", "составлено {day}"),
    "signed": ("Signed by guardians: {names}", "Подписано родителями: {names}"),
    "sign_class_teacher": (
        "Class teacher ______________________________",
        "Классный руководитель ______________________________",
    ),
    "sign_guardians": (
        "Guardian ______________________________",
        "Подпись родителей ______________________________",
    ),
    "sign_head": (
        "Head of school ______________________________",
        "Директор ______________________________",
    ),
    "remarks": ("Remarks", "Замечания"),
    "cancelled": ("cancelled", "отменён"),
    "none": ("no lessons", "уроков нет"),
}
WEEKDAYS = (
    ("Monday", "Понедельник"), ("Tuesday", "Вторник"), ("Wednesday", "Среда"),
    ("Thursday", "Четверг"), ("Friday", "Пятница"), ("Saturday", "Суббота"),
    ("Sunday", "Воскресенье"),
)  # fmt: skip
MONTHS = (
    ("January", "Январь", "января"), ("February", "Февраль", "февраля"),
    ("March", "Март", "марта"), ("April", "Апрель", "апреля"), ("May", "Май", "мая"),
    ("June", "Июнь", "июня"), ("July", "Июль", "июля"), ("August", "Август", "августа"),
    ("September", "Сентябрь", "сентября"), ("October", "Октябрь", "октября"),
    ("November", "Ноябрь", "ноября"), ("December", "Декабрь", "декабря"),
)  # fmt: skip


class Words:
    """The texts in a language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._place = 1 if language == "ru" else 0

    def __call__(self, key: str, **told: object) -> str:
        text = TEXTS[key][self._place]
        return text.format(**told) if told else text

    def day(self, day: date) -> str:
        if self.language == "ru":
            return f"{day:%d.%m.%Y}"
        return f"{day.day} {MONTHS[day.month - 1][0]} {day.year}"

    def short(self, day: date) -> str:
        return f"{day:%d.%m}" if self.language == "ru" else f"{day.day} {day:%b}"

    def weekday(self, day: date) -> str:
        name = WEEKDAYS[day.weekday()][self._place]
        month = MONTHS[day.month - 1]
        return f"{name}, {day.day} {month[2] if self.language == 'ru' else month[0]}"

    def month(self, day: date) -> str:
        return f"{MONTHS[day.month - 1][self._place]} {day.year}"

    def span(self, first: date, last: date) -> str:
        return f"{self.day(first)} – {self.day(last)}"

    def percent(self, share: str | None) -> float | None:
        return None if share is None else round(float(share) * 100, 2)
