// PostGraphile 5 over the gateway's own tables; what they do not say is in functions.sql.
import { createServer } from 'node:http'
import { postgraphile } from 'postgraphile'
import { TYPES } from 'postgraphile/@dataplan/pg'
import { makePgService } from 'postgraphile/adaptors/pg'
import { grafserv } from 'postgraphile/grafserv/node'
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber'
import { makeJSONPgSmartTagsPlugin } from 'postgraphile/utils'
import { address, seenBy } from './database.js'

const listed = { tags: { behavior: '+list -connection' } }
const computed = { tags: { behavior: "-queryField +typeField +list -connection" } }

const tags = {
  version: 1,
  config: {
    class: { homework: listed },
    attribute: { 'homework.withdrawn': { tags: { behavior: '+attribute:filterBy' } } },
    procedure: {
      student_diary_lessons: computed,
      student_diary_grades: computed,
      course_journal_lessons: computed,
      course_journal_students: computed,
      course_journal_grades: computed,
      course_journal_averages: computed,
    },
  },
}

/** A type of PostgreSQL's that PostGraphile does not know, read as text. */
const TransactionIds = {
  name: 'TransactionIds',
  version: '1',
  gather: {
    hooks: {
      pgCodecs_findPgCodec(_, event) {
        if (!event.pgCodec && event.pgType.typname === 'xid8') event.pgCodec = TYPES.text
      },
    },
  },
}

const preset = {
  extends: [PostGraphileAmberPreset],
  plugins: [TransactionIds, makeJSONPgSmartTagsPlugin(tags)],
  pgServices: [
    makePgService({
      connectionString: address,
      schemas: ['public'],
      poolConfig: { max: 10, options: '-c timezone=UTC -c jit=off' },
    }),
  ],
  grafserv: { graphiql: false, watch: false, websockets: false },
  grafast: {
    explain: false,
    context({ node }, { variableValues }) {
      const seen = seenBy(node?.req.headers ?? {})
      if (!seen?.has(variableValues?.id)) throw new Error('Not found')
      return {}
    },
  },
}

const instance = postgraphile(preset)
const server = createServer()
await instance.createServ(grafserv).addTo(server)
server.listen(Number(process.env.BENCH_PORT), '127.0.0.1')
