// One pool of ten, text as PostgreSQL sends it: no Date is made only to be written out again.
import { readFileSync } from 'node:fs'
import pg from 'pg'

const DATE = 1082
const TIMESTAMPTZ = 1184
pg.types.setTypeParser(DATE, (text) => text)
pg.types.setTypeParser(TIMESTAMPTZ, (text) => `${text.replace(' ', 'T')}:00`)

export const address = process.env.BENCH_DATABASE_URL
export const pool = () =>
  new pg.Pool({ connectionString: address, max: 10, options: '-c timezone=UTC -c jit=off' })

/** By token, the ids of the students and courses that its holder may see. */
const told = process.env.BENCH_SESSIONS
const text = told.startsWith('@') ? readFileSync(told.slice(1), 'utf8') : told
export const sessions = new Map(
  Object.entries(JSON.parse(text)).map(([token, ids]) => [token, new Set(ids)]),
)

export const seenBy = (headers) => sessions.get((headers.authorization ?? '').slice(7))
