"""A calendar in the format iCalendar (RFC 5545), of what its operations answer."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from gateway.calendar.texts import texts_in

PRODUCT = "-//Gradebook//Calendar//EN"
WHOLE_DAY = timedelta(hours=12)
"""What lasts longer, such as a roster's work, is of its day and of no hour."""
EVERY = timedelta(minutes=30)
"""How often programs are asked to look."""
A_DAY = timedelta(days=1)
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
"""What no text of a calendar may hold (RFC 5545, 3.1): readers refuse all of it for one of them."""
Fields = dict[str, Any]


def written(person: Mapping[str, Any], homework: list[Any], changed_at: datetime) -> bytes:
    """The calendar of a student or teacher. Each event keeps its UID, and its SEQUENCE is that of
    its record's version, so that a program sees one event move and not another come."""
    school = person["school"]
    calendar, of = Calendar(), _Events(school, person, homework)
    name = " ".join(f"{person['displayName']}, {school['name']}".split())  # in one line
    for key, value in (
        ("prodid", PRODUCT), ("version", "2.0"), ("calscale", "GREGORIAN"), ("method", "PUBLISH"),
        ("name", name), ("x-wr-calname", name), ("x-wr-timezone", school["timeZone"]),
        ("last-modified", changed_at),
    ):  # fmt: skip
        calendar.add(key, _plain(value))
    calendar.add("refresh-interval", EVERY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT30M")
    for fields in of.all():
        event = Event()
        for key, value in fields.items():
            if value is not None:
                event.add(key.replace("_", "-"), _plain(value))
        event.add("dtstamp", changed_at)
        calendar.add_component(event)
    _add_zone(calendar, changed_at.year)
    content: bytes = calendar.to_ical()
    return content


def _plain(value: object) -> object:
    """A text without control characters, which come with what is pasted from other programs; those
    that part lines there do so here."""
    return CONTROL.sub("", "\n".join(value.splitlines())) if isinstance(value, str) else value


def _add_zone(calendar: Calendar, year: int) -> None:
    """The school's zone as it is around the year. Where clocks go forward the library tells what
    they show then, and RFC 5545 (3.6.5) has what they showed before."""
    calendar.add_missing_timezones(date(year - 1, 1, 1), date(year + 3, 1, 1))
    parts: list[Any] = [part for zone in calendar.walk("VTIMEZONE") for part in zone.subcomponents]
    for part in parts:
        forward = part["TZOFFSETTO"].td - part["TZOFFSETFROM"].td
        if forward > timedelta():
            for onset in (part["DTSTART"], *getattr(part.get("RDATE"), "dts", ())):
                onset.dt -= forward


class _Events:
    """The events of a calendar, as their properties by name."""

    def __init__(
        self, school: Mapping[str, Any], person: Mapping[str, Any], homework: list[Any]
    ) -> None:
        self.zone = ZoneInfo(school["timeZone"])
        self.texts = texts_in(school["language"])
        self.school = school
        self.groups = {each["id"] for each in person.get("classGroups") or ()}
        self.courses = {each["id"] for each in person.get("courses") or ()}
        self.learns = "classGroups" in person
        days = person["timetable"] or []
        self.lessons = [lesson for day in days for lesson in day["lessons"]]
        self.homework = homework

    def all(self) -> Iterator[Fields]:
        for lesson in self.lessons:
            yield self._lesson(lesson)
        told = set[str]()
        for homework, title in self._homework():
            if homework["id"] not in told:
                told.add(homework["id"])
                yield self._due(homework, title)
        for event in self.school["events"]:
            if self._is_for_them(event):
                yield self._happening(event)
        for off in self._theirs("daysOff"):
            yield self._days(off, off["name"], off["startsOn"], off["endsOn"])
        for swapped in self._theirs("swappedDays"):
            as_ = self.texts["swapped"].format(week_day=self.texts[swapped["worksAs"]])
            name = f"{as_} ({swapped['name']})" if swapped["name"] else as_
            yield self._days(swapped, name, swapped["date"], swapped["date"])
        for period in self.school["periods"]:
            for end in ("begins", "ends"):
                day = period["startsOn" if end == "begins" else "endsOn"]
                name = self.texts[end].format(name=period["name"])
                yield self._days(period, name, day, day, f"-{end}")

    def _homework(self) -> Iterator[tuple[Any, str]]:
        for each in self.homework:
            if (homework := each["homework"]) is not None:
                yield homework | {"dueOn": each["dueOn"]}, homework["course"]["title"]
        for lesson in self.lessons:
            for homework in lesson.get("homeworkDue") or ():
                yield homework, lesson["course"]["title"]

    def _theirs(self, what: str) -> Iterator[Any]:
        """Of the school, and of the class groups whose calendar it is."""
        for each in self.school[what]:
            group = each["classGroup"]
            if group is None or group["id"] in self.groups:
                yield each

    def _is_for_them(self, event: Any) -> bool:
        """Of what the viewer may know of, what is for the person whose calendar it is: a guardian
        has other children, and the office knows of all."""
        if not self.learns:
            return bool(event["toStaff"])
        group, course = event["classGroup"], event["course"]
        return (
            (event["toStudents"] or event["toFamilies"])
            and (group is None or group["id"] in self.groups)
            and (course is None or course["id"] in self.courses)
        )

    def _happening(self, event: Any) -> Fields:
        title, gone = event["title"], event["withdrawn"]
        return self._event(event, f"{self.texts['cancelled']}: {title}" if gone else title) | {
            "dtstart": self._local(event["startsAt"]),
            "dtend": self._local(event["endsAt"]),
            "location": event["location"],
            "status": "CANCELLED" if gone else "CONFIRMED",
            "transp": "TRANSPARENT" if gone else "OPAQUE",
            "description": event["description"],
        }

    def _lesson(self, lesson: Any) -> Fields:
        starts, ends = (self._local(lesson[name]) for name in ("startsAt", "endsAt"))
        cancelled, title = lesson["status"] == "CANCELLED", _title(lesson)
        if cancelled:
            title = f"{self.texts['cancelled']}: {title}"
        elif lesson["replacement"] is not None:
            title = f"{title} ({self.texts['replaced'].lower()})"
        fields = self._event(lesson, title)
        fields |= {"dtstart": starts, "dtend": ends, "location": lesson["room"]}
        if ends - starts >= WHOLE_DAY:
            day = date.fromisoformat(lesson["date"])
            fields |= {"dtstart": day, "dtend": day + A_DAY}
        return fields | {
            "status": "CANCELLED" if cancelled else "CONFIRMED",
            "transp": "TRANSPARENT" if cancelled else "OPAQUE",
            "description": "\n".join(self._said(lesson)) or None,
        }

    def _said(self, lesson: Any) -> Iterator[str]:
        if (teacher := lesson["teacher"]) is not None:
            yield self.texts["teacher"].format(teacher=teacher["displayName"])
        if lesson["topic"]:
            yield self.texts["topic"].format(topic=lesson["topic"])
        for instead in lesson["replacedBy"]:
            yield self.texts["instead"].format(instead=_title(instead))
        if (was := lesson["replacement"]) is not None:
            before = self._local(was["startsAt"])
            parts = [f"{before:%Y-%m-%d %H:%M}", was["room"]]
            parts.append(was["teacher"] and was["teacher"]["displayName"])
            yield self.texts["was"].format(was=", ".join(each for each in parts if each))

    def _due(self, homework: Any, title: str) -> Fields:
        day, minutes = date.fromisoformat(homework["dueOn"]), homework["expectedMinutes"]
        said = [homework["text"] or ""]
        if minutes is not None:
            told = self.texts["minute" if minutes == 1 else "minutes"]
            said.append(told.format(minutes=minutes))
        return self._event(homework, f"{self.texts['homework']}: {title}") | {
            "dtstart": day,
            "dtend": day + A_DAY,
            "transp": "TRANSPARENT",
            "description": "\n".join(said),
        }

    def _days(self, of: Any, name: str, first: str, last: str, more: str = "") -> Fields:
        return self._event(of, name, more) | {
            "dtstart": date.fromisoformat(first),
            "dtend": date.fromisoformat(last) + A_DAY,
            "transp": "TRANSPARENT",
        }

    def _event(self, of: Any, name: str, more: str = "") -> Fields:
        return {
            "uid": f"{of['id']}{more}@gradebook",
            "sequence": of["version"] - 1,
            "summary": name,
        }

    def _local(self, at: str) -> datetime:
        return datetime.fromisoformat(at).astimezone(self.zone)


def _title(lesson: Any) -> str:
    subject = lesson["subject"]
    title: str = lesson["course"]["title"] if subject is None else subject["name"]
    return title
