import { z } from 'zod'
import { DEFECTION_STATES } from '../../domain/cadence.ts'
import { DEFECTION_BASES } from '../../domain/defection.ts'
import { LOYALTY_LEVELS } from '../../domain/loyalty.ts'
import { STANDING_LEVELS } from '../../domain/standing.ts'
import { TRUST_LEVELS } from '../../domain/trust.ts'
import { Id, Minor } from './schemas.ts'

export const AbcClass = z.enum(['A', 'B', 'C', 'none'])

export const LoyaltyLevel = z.enum(LOYALTY_LEVELS)
export const TrustLevel = z.enum(TRUST_LEVELS)
export const StandingLevel = z.enum(STANDING_LEVELS)
export const DefectionState = z.enum(DEFECTION_STATES)
export const DefectionBasis = z.enum(DEFECTION_BASES).meta({
  description: 'What the state rests on: the own rhythm, the hiatus alone of who has none, or nothing (unknown).'
})

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
