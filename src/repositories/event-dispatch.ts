import type { Database } from '../db/client.ts'

/** Any number will do; it must only be the same for everybody who dispatches. */
const DISPATCHER_LOCK = 7_236_102

/** The one session of the database that may stamp positions. */
export interface DispatchSession {
  /** Stamps up to `limit` events and says how many. They are in the feed when this resolves. */
  stamp(limit: number): Promise<number>
  /** Lets another session lead. */
  end(): Promise<void>
}

export const eventDispatchRepository = ({ system }: Pick<Database, 'system'>) => ({
  /**
   * A session that holds the dispatcher's lock, or null while another one does. The lock belongs to the connection: if that
   * is lost, what it was stamping is rolled back and the lock is free for somebody else.
   */
  async tryLead(): Promise<DispatchSession | null> {
    const client = await system.connect()
    try {
      const { rows } = await client.query<{ leads: boolean }>('select pg_try_advisory_lock($1) as leads', [
        DISPATCHER_LOCK
      ])
      if (rows[0]?.leads !== true) {
        client.release()
        return null
      }
    } catch (error) {
      client.release(true)
      throw error
    }

    return {
      async stamp(limit) {
        const { rowCount } = await client.query({ name: 'events_stamp', text: STAMP, values: [limit] })
        return rowCount ?? 0
      },
      async end() {
        const unlocked = await client.query('select pg_advisory_unlock($1)', [DISPATCHER_LOCK]).catch(() => null)
        client.release(unlocked === null)
      }
    }
  }
})

/**
 * Gives the oldest unstamped events the next positions, in the order of writing. As many numbers are drawn as there are
 * events, and the smallest goes to the oldest: no order of execution is taken for granted. Each statement sees what is
 * committed by its beginning, so whatever commits later gets a greater position. `events_unstamped_idx` carries it.
 */
const STAMP = `
  with due as materialized (
    select tenant_id, id, row_number() over (order by write_order) as n
    from (select tenant_id, id, write_order from events where position is null order by write_order limit $1) as oldest
  ), numbers as materialized (
    select drawn, row_number() over (order by drawn) as n
    from (select nextval('event_positions') as drawn from generate_series(1, (select count(*) from due))) as block
  )
  update events as e set position = numbers.drawn
  from due join numbers using (n)
  where e.tenant_id = due.tenant_id and e.id = due.id`
