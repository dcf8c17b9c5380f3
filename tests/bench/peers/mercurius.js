// Mercurius with its JIT and loaders: the gateway's three answers in the gateway's own shapes.
import Fastify from 'fastify'
import mercurius from 'mercurius'
import { pool, seenBy } from './database.js'
import * as statements from './statements.js'

const database = pool()

const SCHEMA = `
  scalar Date
  scalar DateTime
  scalar Decimal
  type Query { student(id: ID!): Student  course(id: ID!): Course }
  type Student {
    id: ID!  displayName: String!  gradeLevel: String  bornOn: Date
    diary(from: Date!, to: Date!): [DiaryDay!]
  }
  type DiaryDay { date: Date!  lessons: [DiaryEntry!]! }
  type DiaryEntry { lesson: Lesson  grades: [Grade!]! }
  type Lesson {
    id: ID!  date: Date!  startsAt: DateTime!  topic: String
    subject: Subject  teacher: Teacher  homework: [Homework!]
  }
  type Subject { name: String! }
  type Teacher { displayName: String! }
  type Homework { text: String! }
  type Grade { value: String  weight: Decimal!  workType: WorkType  comment: String  lesson: Lesson }
  type WorkType { name: String! }
  type Course { id: ID!  title: String!  journal(from: Date!, to: Date!): Journal }
  type Journal { lessons: [Lesson!]!  rows: [JournalRow!]! }
  type JournalRow { student: Student  grades: [Grade!]!  average: Average }
  type Average { value: Decimal! }
`

const CODES = { Student: 'St', Course: 'Co', Lesson: 'Le' }

function globalId(noun, schoolId, id) {
  const packed = Buffer.allocUnsafe(22)
  packed.write(CODES[noun], 0, 'latin1')
  packed.writeInt32BE(schoolId, 2)
  packed.write(id.replaceAll('-', ''), 6, 'hex')
  return packed.toString('base64url')
}

function asked(noun, text, { seen }) {
  const packed = Buffer.from(text, 'base64url')
  const hex = packed.toString('hex', 6)
  const id = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)]
  const key = { school_id: packed.readInt32BE(2), id: id.join('-') }
  return packed.toString('latin1', 0, 2) === CODES[noun] && seen?.has(key.id) ? key : null
}

async function read([name, text], ...values) {
  return (await database.query({ name, text, values })).rows
}

function groupedBy(rows, column) {
  const found = new Map()
  for (const row of rows) {
    const own = found.get(row[column])
    own ? own.push(row) : found.set(row[column], [row])
  }
  return found
}

const displayName = (person) => `${person.given_name} ${person.family_name}`

/** An entry's or a row's key in a loader's cache is short, whatever the record holds. */
class Entry {
  constructor(student, span, lesson) {
    Object.assign(this, { student, span, lesson })
  }
  toJSON() {
    return this.lesson.id
  }
}
class Row {
  constructor(journal, student) {
    Object.assign(this, { journal, student })
  }
  toJSON() {
    return this.student.id
  }
}

const shownGrade = (row) => ({
  value: row.value,
  weight: row.weight,
  comment: row.comment,
  workType: { name: row.work_type },
})

/** Read once for a request, though two fields ask for them. */
function gradesOf(journal, context) {
  context.grades ??= read(
    statements.COURSE_GRADES, journal.school_id, journal.course_id, journal.from, journal.to,
  ).then((rows) => groupedBy(rows, 'student_id'))
  return context.grades
}

const scaled = (text, places) => {
  const [whole, part = ''] = text.split('.')
  return BigInt(whole + part.padEnd(places, '0'))
}

/** Exact, to two places, halves up; a bonus counts only while it raises the average. */
function average(grades) {
  let sum = 0n
  let weight = 0n
  const bonuses = []
  for (const grade of grades) {
    if (grade.number === null || grade.state !== 'GIVEN' || grade.excused) continue
    const [worth, weighs] = [scaled(grade.number, 3), scaled(grade.weight, 2)]
    if (grade.bonus) bonuses.push([worth, weighs])
    else [sum, weight] = [sum + worth * weighs, weight + weighs]
  }
  if (weight === 0n) return null
  bonuses.sort(([one], [other]) => (one < other ? 1 : -1))
  for (const [worth, weighs] of bonuses) {
    if (worth * weight <= sum) break
    ;[sum, weight] = [sum + worth * weighs, weight + weighs]
  }
  const hundredths = ((sum * 2n) / (weight * 10n) + 1n) / 2n
  const text = hundredths.toString().padStart(3, '0')
  return { value: `${text.slice(0, -2)}.${text.slice(-2)}` }
}

const uncached = (loader) => ({ loader, opts: { cache: false } })

const loaders = {
  Student: {
    diary: uncached((queries) =>
      Promise.all(
        queries.map(async ({ obj, params }) => {
          const lessons = await read(
            statements.LESSONS, obj.school_id, obj.key, params.from, params.to,
          )
          const days = groupedBy(lessons, 'date')
          return Array.from(days, ([date, own]) => ({
            date,
            lessons: own.map((lesson) => new Entry(obj, params, lesson)),
          }))
        }),
      ),
    ),
  },
  DiaryEntry: {
    grades: uncached(async (queries) => {
      const { student, span } = queries[0].obj
      const rows = await read(
        statements.GRADES, student.school_id, student.key, span.from, span.to,
      )
      const found = groupedBy(rows, 'lesson_id')
      return queries.map(({ obj }) => (found.get(obj.lesson.id) ?? []).map(shownGrade))
    }),
  },
  Lesson: {
    homework: uncached(async (queries) => {
      const ids = queries.map(({ obj }) => obj.id)
      const rows = await read(statements.HOMEWORK, queries[0].obj.school_id, ids)
      const found = groupedBy(rows, 'lesson_id')
      return queries.map(({ obj }) => found.get(obj.id) ?? [])
    }),
  },
  Journal: {
    lessons: uncached(([{ obj }]) =>
      read(statements.COURSE_LESSONS, obj.school_id, obj.course_id, obj.from, obj.to).then(
        (lessons) => [lessons],
      ),
    ),
    rows: uncached(async ([{ obj }]) => {
      const learners = await read(statements.LEARNERS, obj.school_id, obj.course_id)
      return [learners.map((student) => new Row(obj, student))]
    }),
  },
  JournalRow: {
    grades: uncached(async (queries, context) => {
      const found = await gradesOf(queries[0].obj.journal, context)
      return queries.map(({ obj }) => found.get(obj.student.id) ?? [])
    }),
    average: uncached(async (queries, context) => {
      const found = await gradesOf(queries[0].obj.journal, context)
      return queries.map(({ obj }) => average(found.get(obj.student.id) ?? []))
    }),
  },
}

const resolvers = {
  Query: {
    async student(_, { id }, context) {
      const key = asked('Student', id, context)
      const [row] = key ? await read(statements.STUDENT, key.school_id, key.id) : []
      return row && { ...row, ...{ id, key: key.id, school_id: key.school_id } }
    },
    async course(_, { id }, context) {
      const key = asked('Course', id, context)
      const [row] = key ? await read(statements.COURSE, key.school_id, key.id) : []
      return row && { id, key: key.id, school_id: key.school_id, title: row.title }
    },
  },
  Student: {
    displayName,
    gradeLevel: (student) => student.grade_level,
    bornOn: (student) => student.born_on,
  },
  Teacher: { displayName },
  Lesson: {
    id: (lesson) => globalId('Lesson', lesson.school_id, lesson.id),
    startsAt: (lesson) => lesson.starts_at,
    subject: (lesson) => ({ name: lesson.subject }),
    teacher: (lesson) => lesson,
  },
  Grade: { lesson: (grade) => grade },
  Course: {
    journal: (course, { from, to }) => ({
      school_id: course.school_id, course_id: course.key, from, to,
    }),
  },
}

const app = Fastify()
app.register(mercurius, {
  schema: SCHEMA,
  resolvers,
  loaders,
  jit: 1,
  context: (request) => ({ seen: seenBy(request.headers), grades: undefined }),
})
await app.listen({ port: Number(process.env.BENCH_PORT), host: '127.0.0.1' })
