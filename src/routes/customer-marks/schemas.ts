import { z } from 'zod'
import { CUSTOMER_MARKS } from '../../domain/pursuit.ts'
import { Id, Instant, Version, words } from '../shared/schemas.ts'

const MarkName = z.enum(CUSTOMER_MARKS).meta({
  description: 'A key customer whatever he buys, always pursued; or one whose needs the shop does not serve.'
})

export const MarkParams = z.strictObject({ customerId: Id.toLowerCase(), mark: MarkName })

export const CustomerMark = z
  .object({
    customerId: Id,
    mark: MarkName,
    reason: z.string().max(1_000),
    markedAt: Instant,
    markedBy: z.string().max(200).nullable(),
    version: Version
  })
  .meta({ id: 'CustomerMark' })

export const CustomerMarks = z
  .object({ data: z.array(CustomerMark).max(CUSTOMER_MARKS.length) })
  .meta({ id: 'CustomerMarks' })

export const PutMarkBody = z
  .strictObject({ reason: words(1_000) })
  .meta({ id: 'PutCustomerMark', example: { reason: 'Decides where the association buys its shoes.' } })

export const NoContent = z.null().meta({ description: 'Done.' })
