"""What a calendar reads: operations as any client could send them, so that whoever subscribes is
shown what the screens show."""

LESSON = """
  id version slot date startsAt endsAt room topic status
  course { title } subject { name } teacher { displayName }
  replacement { change date startsAt room teacher { displayName } }
  replacedBy { course { title } subject { name } }
"""
EVENTS = """
  edges { node {
    id version title description location startsAt endsAt withdrawn
    toStudents toFamilies toStaff classGroup { id } course { id }
  } }
  pageInfo { hasNextPage endCursor }
"""
SCHOOL = f"""
  school {{
    name timeZone language
    daysOff {{ id version name startsOn endsOn classGroup {{ id }} }}
    swappedDays {{ id version name date worksAs classGroup {{ id }} }}
    periods {{ id version name startsOn endsOn }}
    events(from: $from, to: $to, first: 200) {{ {EVENTS} }}
  }}
"""
MORE_EVENTS = f"""
query EventsOfCalendar($id: ID!, $from: Date!, $to: Date!, $after: String) {{
  person: node(id: $id) {{
    ... on Student {{ school {{ ...more }} }}
    ... on Teacher {{ school {{ ...more }} }}
  }}
}}
fragment more on School {{
  events(from: $from, to: $to, first: 200, after: $after) {{ {EVENTS} }}
}}
"""
OF_STUDENT = f"""
query CalendarOfStudent($id: ID!, $from: Date!, $to: Date!) {{
  person: student(id: $id) {{
    displayName {SCHOOL} classGroups {{ id }} courses {{ id }}
    timetable(from: $from, to: $to) {{ lessons {{ {LESSON} }} }}
  }}
}}
"""
HOMEWORK = """
query HomeworkOfCalendar($id: ID!, $from: Date!, $to: Date!, $after: String) {
  person: student(id: $id) {
    homework(from: $from, to: $to, first: 100, after: $after) {
      edges { node { dueOn homework { id version text expectedMinutes course { title } } } }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""
OF_TEACHER = f"""
query CalendarOfTeacher($id: ID!, $from: Date!, $to: Date!) {{
  person: node(id: $id) {{
    ... on Teacher {{
      displayName {SCHOOL}
      timetable(from: $from, to: $to) {{
        lessons {{ {LESSON} homeworkDue {{ id version text dueOn expectedMinutes }} }}
      }}
    }}
  }}
}}
"""
