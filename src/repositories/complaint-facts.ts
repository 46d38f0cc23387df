import type { Tx } from '../db/client.ts'
import type { ComplaintRecord } from '../domain/complaint-facts.ts'

export interface ComplaintFactsRow extends ComplaintRecord {
  readonly customerId: string
}

/**
 * Complaints that say something of their customers as of an instant. Those that ended well or were withdrawn before it, most
 * of them, are passed over by what stands in the row itself; of the others the last turn before the instant is looked up. What
 * was closed badly and withdrawn later stays closed badly. An answer that was reopened, or escalated, is none any more.
 */
const CLOSED_BADLY = `c.state = 'withdrawn' and c.withdrawn_at < $2 and c.first_verdict = 'not_accepted'`
const FACTS = `
  select c.customer_id as "customerId", c.received_at as "receivedAt", f.due_at as "dueAt",
    case when f.reopened_at < $2 or s.step = 'reopen' then
      (select max(a.answered_at) from feedback_answers a where a.tenant_id = $1 and a.feedback_id = c.id and a.substantive
         and a.answered_at > case when f.reopened_at < $2 then f.reopened_at else s.at end and a.answered_at < $2)
      else f.answered_at end as "answeredAt",
    case when ${CLOSED_BADLY} then 'close' else s.step end as turn,
    case when ${CLOSED_BADLY} then c.first_closed_at else s.at end as "turnedAt",
    case when ${CLOSED_BADLY} then c.first_verdict else s.facts ->> 'verdict' end as verdict
  from complaints c
  join feedback f on f.tenant_id = $1 and f.id = c.id
  left join lateral (
    select step, at, facts from complaint_steps s
    where s.tenant_id = $1 and s.complaint_id = c.id and s.step in ('close', 'reopen', 'withdraw') and s.at < $2
    order by s.at desc, s.step_no desc limit 1) s on true
  where c.tenant_id = $1 and c.customer_id is not null and c.received_at < $2
    and not (c.state = 'withdrawn' and c.withdrawn_at < $2 and c.first_verdict is distinct from 'not_accepted')
    and not (c.state = 'closed' and c.verdict <> 'not_accepted' and c.closed_at < $2)`

export const complaintFactsRepository = (tx: Tx) => ({
  /** Of all customers, as of an instant. */
  async all(before: string): Promise<ComplaintFactsRow[]> {
    const { rows } = await tx.client.query<ComplaintFactsRow>({
      text: `${FACTS} order by c.customer_id, c.received_at, c.id`,
      values: [tx.tenantId, before]
    })
    return rows
  },

  /** Of these customers. `complaints_customer_id_idx` carries it. */
  async of(customerIds: readonly string[], before: string): Promise<ComplaintFactsRow[]> {
    return tx.rows<ComplaintFactsRow & { [name: string]: unknown }>(
      {
        name: 'complaint_facts_of',
        text: `${FACTS} and c.customer_id = any ((select $3::uuid[])::uuid[]) order by c.customer_id, c.received_at, c.id`
      },
      [tx.tenantId, before, customerIds]
    )
  }
})
