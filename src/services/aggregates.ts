import { isRetryable } from '../db/errors.ts'
import { unavailable } from '../domain/errors.ts'
import { type AggregateDifference, aggregatesRepository, type Differences } from '../repositories/aggregates.ts'
import { customerFactsRepository } from '../repositories/customer-facts.ts'
import { findingBlocksRepository } from '../repositories/finding-blocks.ts'
import { foundByRepository } from '../repositories/found-by.ts'
import type { Actor, ServiceDeps } from './context.ts'

export type { AggregateDifference }

/** Where the figures that are kept beside the ledger are not what the ledger says. */
export interface AggregateReport {
  readonly totals: Differences
  readonly months: Differences
  /** Files that show other contacts or external ids than the customer is found by. */
  readonly files: number
}

/** Customers whose figures are rebuilt in one transaction, which holds the tills back: some tenths of a second. */
const STEP = 2_000
const TRIES = 10

/** What is derived from the ledger can be proved against it, and made anew from it. */
export const aggregatesService = (deps: ServiceDeps) => ({
  /** Compares totals and months with the ledger. Tills go on meanwhile, and are never taken for a difference. */
  check: (actor: Actor): Promise<AggregateReport> =>
    deps.working(actor, async tx => {
      const aggregates = aggregatesRepository(tx)
      return {
        totals: await aggregates.differences('customer_totals'),
        months: await aggregates.differences('customer_months'),
        files: await foundByRepository(tx).differences()
      }
    }),

  /**
   * Makes the figures of every customer that differ anew and gives the number of such customers. Works in steps, each a
   * transaction of its own, so that tills never wait long. What classifications derive from the ledger is forgotten, and
   * made anew by the next run, which reads rows instead of what is packed of them. Refuses with `aggregates.busy` if they leave it no gap.
   */
  async rebuild(actor: Actor): Promise<number> {
    const customers = await deps.working(actor, tx => aggregatesRepository(tx).differingCustomers())
    for (let from = 0; from < customers.length; from += STEP) {
      await rebuildStep(deps, actor, customers.slice(from, from + STEP))
    }
    await deps.working(actor, async tx => {
      await customerFactsRepository(tx).forget()
      await findingBlocksRepository(tx).forget()
    })
    return customers.length
  },

  /**
   * Has every file keep the contacts and external ids by which its customer is found, where it does not or says something else,
   * and gives the number of such files. In steps, too; whoever changes one of these files meanwhile waits for a step.
   */
  async keepFiles(actor: Actor): Promise<number> {
    const files = await deps.working(actor, tx => foundByRepository(tx).outdated())
    for (let from = 0; from < files.length; from += STEP) {
      await deps.working(actor, tx => foundByRepository(tx).keep(files.slice(from, from + STEP)))
    }
    return files.length
  }
})

async function rebuildStep(deps: ServiceDeps, actor: Actor, customers: readonly string[]): Promise<void> {
  for (let tried = 1; ; tried++) {
    try {
      return await deps.working(actor, async tx => {
        const aggregates = aggregatesRepository(tx)
        await aggregates.holdPushes()
        await aggregates.rebuild('customer_totals', customers)
        await aggregates.rebuild('customer_months', customers)
      })
    } catch (error) {
      if (!isRetryable(error)) throw error
      if (tried === TRIES)
        throw unavailable('aggregates.busy', 'The tills leave no gap at the moment; try again later.')
    }
  }
}
