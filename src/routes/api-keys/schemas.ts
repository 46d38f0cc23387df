import { z } from 'zod'
import { ROLES, SCOPES } from '../../domain/access.ts'
import { Id, Instant, InstantInput, PageQuery, pageOf, text, Version } from '../shared/schemas.ts'

const fields = {
  id: Id,
  prefix: z.string().max(19).meta({ description: 'The public beginning of the key.', example: 'ck_3fA81kQz0LmN7pRs' }),
  name: z.string().max(200),
  scopes: z.array(z.string().max(64)).max(100).meta({
    description: 'What the key may do now; of a key with roles, what these bring in this version of the service.'
  }),
  roles: z
    .array(z.enum(ROLES))
    .max(ROLES.length)
    .meta({ description: 'The roles that the key follows; empty where its scopes were named.' }),
  storeId: Id.nullable().meta({ description: 'The one store that the key acts for; null: all of them.' }),
  expiresAt: Instant.nullable(),
  revokedAt: Instant.nullable(),
  replacedBy: Id.nullable().meta({ description: 'The key that a rotation issued in its place.' }),
  version: Version,
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

const name = text(200).meta({ description: 'What the key is for, such as the till that has it.' })
const grant = {
  scopes: z
    .array(z.enum(SCOPES))
    .min(1)
    .max(100)
    .optional()
    .meta({ description: 'What the key may do, now and later. Either these or `roles`.' }),
  roles: z.array(z.enum(ROLES)).min(1).max(ROLES.length).optional().meta({
    description:
      'Roles that the key follows: it may do what they may, also what a later version of the service adds to them.'
  })
}

export const CreateApiKeyBody = z
  .strictObject({
    name,
    ...grant,
    storeId: Id.toLowerCase().nullish(),
    expiresAt: InstantInput.nullish()
  })
  .meta({ id: 'CreateApiKey', example: { name: 'Till 7', scopes: ['purchases:write'] } })

export const UpdateApiKeyBody = z
  .strictObject({ name: name.optional(), ...grant })
  .meta({ id: 'UpdateApiKey', example: { scopes: ['purchases:write', 'promotions:read'] } })

export const RoleList = z
  .object({
    data: z
      .array(
        z.object({
          role: z.enum(ROLES),
          scopes: z
            .array(z.string().max(64))
            .max(100)
            .meta({ description: 'What this version of the service gives to it.' })
        })
      )
      .max(ROLES.length)
  })
  .meta({ id: 'RoleList' })

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
