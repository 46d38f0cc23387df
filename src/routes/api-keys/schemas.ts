import { z } from 'zod'
import { SCOPES } from '../../domain/access.ts'
import { Id, Instant, InstantInput, PageQuery, pageOf, text } from '../shared/schemas.ts'

const fields = {
  id: Id,
  prefix: z.string().max(19).meta({ description: 'The public beginning of the key.', example: 'ck_3fA81kQz0LmN7pRs' }),
  name: z.string().max(200),
  scopes: z.array(z.string().max(64)).max(100),
  storeId: Id.nullable().meta({ description: 'The one store that the key acts for; null: all of them.' }),
  expiresAt: Instant.nullable(),
  revokedAt: Instant.nullable(),
  replacedBy: Id.nullable().meta({ description: 'The key that a rotation issued in its place.' }),
  createdAt: Instant
}

export const ApiKey = z.object(fields).meta({ id: 'ApiKey' })

export const IssuedApiKey = z
  .object({
    ...fields,
    key: z
      .string()
      .max(64)
      .nullable()
      .meta({
        description:
          'The key itself, shown this once. Null when the answer is replayed by its Idempotency-Key: the service ' +
          'keeps no copy. A key that was never received is best revoked.'
      })
  })
  .meta({ id: 'IssuedApiKey' })

export const CreateApiKeyBody = z
  .strictObject({
    name: text(200).meta({ description: 'What the key is for, such as the till that has it.' }),
    scopes: z.array(z.enum(SCOPES)).min(1).max(100),
    storeId: Id.toLowerCase().nullish(),
    expiresAt: InstantInput.nullish()
  })
  .meta({ id: 'CreateApiKey', example: { name: 'Till 7', scopes: ['purchases:write'] } })

export const RotateApiKeyBody = z
  .strictObject({
    overlapSeconds: z
      .int()
      .min(0)
      .max(2_592_000)
      .optional()
      .meta({ description: 'How long both keys hold; a day when absent. 0 ends the old key at once.' })
  })
  .meta({ id: 'RotateApiKey', example: { overlapSeconds: 3600 } })

export const ApiKeyPage = pageOf(ApiKey).meta({ id: 'ApiKeyPage' })
export const ListApiKeysQuery = z.strictObject(PageQuery)
export const NoContent = z.null().meta({ description: 'Done.' })
