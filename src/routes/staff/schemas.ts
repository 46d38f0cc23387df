import { z } from 'zod'
import { ROLES } from '../../domain/access.ts'
import { Code, flagQuery, Id, Instant, PageQuery, pageOf, text, Version } from '../shared/schemas.ts'

const Role = z.enum(ROLES)

const StoreIds = z
  .array(Id.toLowerCase())
  .max(1_000)
  .meta({ description: 'The stores that the person serves. Empty: every store, those that open later included.' })

const CapacityMinutes = z
  .int()
  .min(0)
  .max(100_000)
  .meta({ description: 'Minutes a month for customer care. Null: no limit is stated.' })

export const Staff = z
  .object({
    id: Id,
    code: Code,
    name: z.string().max(200),
    storeIds: z.array(Id).max(1_000),
    roles: z.array(Role).max(ROLES.length),
    team: z.string().max(200).nullable(),
    department: z.string().max(200).nullable(),
    capacityMinutesPerMonth: CapacityMinutes.nullable(),
    active: z.boolean(),
    version: Version,
    createdAt: Instant,
    updatedAt: Instant
  })
  .meta({ id: 'Staff', description: 'A person who works for the tenant.' })

export const CreateStaffBody = z
  .strictObject({
    code: Code.meta({ description: "The person's code at the till, `staffCode` of a purchase." }),
    name: text(200),
    storeIds: StoreIds.optional(),
    roles: z.array(Role).min(1).max(ROLES.length),
    team: text(200).nullish(),
    department: text(200).nullish(),
    capacityMinutesPerMonth: CapacityMinutes.nullish(),
    active: z.boolean().optional()
  })
  .meta({
    id: 'CreateStaff',
    example: {
      code: 'S-12',
      name: 'Lin Mei',
      storeIds: [],
      roles: ['relationship_manager'],
      team: 'Shoes',
      capacityMinutesPerMonth: 2400
    }
  })

export const UpdateStaffBody = z
  .strictObject({
    name: text(200).optional(),
    storeIds: StoreIds.optional(),
    roles: z.array(Role).min(1).max(ROLES.length).optional(),
    team: text(200).nullish(),
    department: text(200).nullish(),
    capacityMinutesPerMonth: CapacityMinutes.nullish(),
    active: z
      .boolean()
      .optional()
      .meta({ description: 'Of somebody inactive, the next classification run gives the customers to others.' })
  })
  .meta({ id: 'UpdateStaff', example: { capacityMinutesPerMonth: 1800 } })

export const StaffPage = pageOf(Staff).meta({ id: 'StaffPage' })

export const ListStaffQuery = z.strictObject({
  ...PageQuery,
  role: Role.optional(),
  storeId: Id.optional().meta({ description: 'Who serves this store, those who serve every store included.' }),
  active: flagQuery().optional()
})
