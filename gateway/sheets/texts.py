"""What a slip says, in the languages of families."""

from collections.abc import Mapping
from datetime import date

EN: Mapping[str, str] = {
    "title": "Access to the electronic diary",
    "CHILDREN": "for {children}",
    "class": "class {name}",
    "step1": "1. Open {address}/register or scan the square.",
    "step2": "2. Type the code, choose a password, and you are signed in.",
    "step3": "3. Have an account already? Sign in, and add this code there.",
    "until": "Works once, until {day}. It is yours alone: don't pass it on.",
}
RU: Mapping[str, str] = {
    "title": "Доступ к электронному дневнику",
    "CHILDREN": "ребёнок: {children}",
    "class": "класс {name}",
    "step1": "1. Откройте {address}/register или наведите камеру на квадрат.",
    "step2": "2. Введите код, придумайте пароль — и вы вошли.",
    "step3": "3. Уже есть учётная запись? Войдите и добавьте код там.",
    "until": "Действует один раз, до {day}. Код только ваш: не передавайте его.",
}
TEXTS = {"en": EN, "ru": RU}


def day_in(language: str, day: date) -> str:
    return f"{day:%d.%m.%Y}" if language == "ru" else f"{day.day} {day:%B %Y}"
