import type { Tx } from '../db/client.ts'
import type { Contact } from '../domain/contact.ts'

/** Somebody who has a contact that a text names. */
export interface ContactOwner {
  readonly type: string
  readonly normalized: string
  readonly customerId: string
}

/** Whose receipts are looked for in which words; the words in small letters. */
export interface ReceiptsSought {
  readonly customerId: string | null
  readonly purchaseId: string | null
  readonly words: string
}

/** What is known of the people whom texts are about: many texts at once, each question asked once. */
export const knownDataRepository = (tx: Tx) => ({
  async ownersOf(contacts: readonly Pick<Contact, 'type' | 'normalized'>[]): Promise<ContactOwner[]> {
    if (contacts.length === 0) return []
    return tx.rows<ContactOwner & { [column: string]: unknown }>(
      {
        name: 'known_data_owners_of',
        text: `select distinct c.type, c.normalized, c.customer_id as "customerId"
               from unnest($2::text[], $3::text[]) as k (type, normalized)
               join customer_contacts c on c.tenant_id = $1 and c.type = k.type and c.normalized = k.normalized`
      },
      [tx.tenantId, contacts.map(({ type }) => type), contacts.map(({ normalized }) => normalized)]
    )
  },

  /** Whose these purchases are, as far as it is known. */
  async buyersOf(purchaseIds: readonly string[]): Promise<{ purchaseId: string; customerId: string }[]> {
    if (purchaseIds.length === 0) return []
    return tx.rows<{ purchaseId: string; customerId: string }>(
      {
        name: 'known_data_buyers_of',
        text: `select p.id as "purchaseId", p.customer_id as "customerId"
               from unnest($2::uuid[]) as w (id)
               join purchases p on p.tenant_id = $1 and p.id = w.id
               where p.customer_id is not null`
      },
      [tx.tenantId, purchaseIds]
    )
  },

  /** Whom these feedbacks are of, and about which purchase. */
  async speakersOf(
    feedbackIds: readonly string[]
  ): Promise<{ feedbackId: string; customerId: string | null; purchaseId: string | null }[]> {
    if (feedbackIds.length === 0) return []
    return tx.rows<{ feedbackId: string; customerId: string | null; purchaseId: string | null }>(
      {
        name: 'known_data_speakers_of',
        text: `select f.id as "feedbackId", f.customer_id as "customerId", f.purchase_id as "purchaseId"
               from unnest($2::uuid[]) as w (id)
               join feedback f on f.tenant_id = $1 and f.id = w.id`
      },
      [tx.tenantId, feedbackIds]
    )
  },

  /**
   * Numbers of receipts that stand in words, by the place of the words in the list: of each customer's latest receipts, at
   * most so many, and of one purchase more. One in other letters than ASCII comes along wherever it may stand.
   * `purchases_customer_id_idx` is read in its order.
   */
  async receiptsIn(sought: readonly ReceiptsSought[], limit: number): Promise<{ place: number; number: string }[]> {
    if (sought.every(({ customerId, purchaseId }) => customerId === null && purchaseId === null)) return []
    return tx.rows<{ place: number; number: string }>(
      {
        name: 'known_data_receipts_in',
        text: `select (w.n - 1)::int as place, r.receipt_number as number
               from unnest($2::uuid[], $3::uuid[], $4::text[]) with ordinality as w (customer_id, purchase_id, words, n)
               cross join lateral (
                 (select receipt_number from purchases where tenant_id = $1 and customer_id = w.customer_id
                  order by purchased_at desc, id desc limit $5)
                 union all
                 select receipt_number from purchases where tenant_id = $1 and id = w.purchase_id
               ) r
               where octet_length(r.receipt_number) <> char_length(r.receipt_number)
                 or strpos(w.words, lower(btrim(r.receipt_number))) > 0`
      },
      [
        tx.tenantId,
        sought.map(({ customerId }) => customerId),
        sought.map(({ purchaseId }) => purchaseId),
        sought.map(({ words }) => words),
        limit
      ]
    )
  }
})
