import { z } from 'zod'
import { Id, Instant, integerQuery } from '../shared/schemas.ts'

const TYPE = /^[a-z_]+(\.[a-z_]+)+(,[a-z_]+(\.[a-z_]+)+){0,49}$/

const Position = z
  .string()
  .min(1)
  .max(15)
  .regex(/^\d{1,15}$/, 'must be a position of the feed')
  .meta({ description: 'A place in the feed. Later events have greater ones, with gaps.', example: '1041' })

export const Event = z
  .object({
    id: Id,
    position: Position,
    type: z.string().max(100).meta({ description: '`noun.happened`.', example: 'store.updated' }),
    subject: z.object({ type: z.string().max(64).meta({ example: 'store' }), id: Id }),
    actor: z
      .object({ type: z.string().max(20).meta({ example: 'api_key' }), id: Id.nullable() })
      .meta({ description: 'Who did it: `api_key`, `user` or `system`.' }),
    data: z
      .record(z.string().max(100), z.unknown())
      .meta({ description: 'What the type of event has to say.', example: { changed: ['name'] } }),
    occurredAt: Instant
  })
  .meta({ id: 'Event' })

export const EventFeed = z
  .object({
    data: z.array(Event).max(1_000),
    nextAfter: Position.meta({ description: 'Ask with this next, also when there was nothing.' })
  })
  .meta({ id: 'EventFeed' })

export const ListEventsQuery = z.strictObject({
  after: Position.optional().meta({
    description: 'The nextAfter of the answer before. Absent: from the oldest event kept.'
  }),
  limit: integerQuery(1, 1_000)
    .optional()
    .meta({ description: 'At most this many events, 1 to 1000; 100 when absent.' }),
  types: z
    .string()
    .min(1)
    .max(2_000)
    .regex(TYPE, 'must be types of events, separated by commas')
    .transform(list => list.split(','))
    .optional()
    .meta({ description: 'Only events of these types, separated by commas, at most 50.', example: 'store.updated' })
})
