"""What calendars say in words, by the language of the school."""

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "cancelled": "Cancelled",
    "replaced": "Changed",
    "was": "Was: {was}",
    "instead": "Instead: {instead}",
    "topic": "Topic: {topic}",
    "teacher": "Teacher: {teacher}",
    "homework": "Homework due",
    "minute": "About a minute",
    "minutes": "About {minutes} minutes",
    "begins": "{name} begins",
    "ends": "{name} ends",
    "swapped": "Taught as {week_day}",
    "MONDAY": "a Monday", "TUESDAY": "a Tuesday", "WEDNESDAY": "a Wednesday",
    "THURSDAY": "a Thursday", "FRIDAY": "a Friday", "SATURDAY": "a Saturday",
    "SUNDAY": "a Sunday",
}  # fmt: skip
RUSSIAN: Mapping[str, str] = {
    "cancelled": "Отменён",
    "replaced": "Изменён",
    "was": "Было: {was}",
    "instead": "Вместо него: {instead}",
    "topic": "Тема: {topic}",
    "teacher": "Учитель: {teacher}",
    "homework": "Домашнее задание",
    "minute": "Примерно минута",
    "minutes": "Примерно минут: {minutes}",
    "begins": "{name}: начало",
    "ends": "{name}: конец",
    "swapped": "По расписанию {week_day}",
    "MONDAY": "понедельника", "TUESDAY": "вторника", "WEDNESDAY": "среды",
    "THURSDAY": "четверга", "FRIDAY": "пятницы", "SATURDAY": "субботы",
    "SUNDAY": "воскресенья",
}  # fmt: skip


def texts_in(language: str) -> Mapping[str, str]:
    return RUSSIAN if language.split("-")[0].lower() == "ru" else ENGLISH
