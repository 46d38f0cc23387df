import { z } from 'zod'
import { Id, Minor } from './schemas.ts'

export const AbcClass = z.enum(['A', 'B', 'C', 'none'])

export const Cutoffs = z
  .object({
    aMinor: Minor.nullable().meta({ description: 'Smallest amount of an A; null where nobody was ranked.' }),
    bMinor: Minor.nullable().meta({ description: 'Smallest amount of at least a B.' })
  })
  .meta({ id: 'Cutoffs' })

/** How a list of something else names a customer. */
export const CustomerNamed = {
  customerId: Id,
  customerName: z
    .string()
    .max(300)
    .nullable()
    .meta({ description: 'Masked without the scope customers.pii:read; null while no name is known.' }),
  customerExternalIds: z.array(z.object({ system: z.string().max(64), key: z.string().max(200) })).max(1_000)
}
