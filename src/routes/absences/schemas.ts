import { z } from 'zod'
import { Day, Id, Instant, PageQuery, pageOf, text } from '../shared/schemas.ts'

export const Absence = z
  .object({
    id: Id,
    staffId: Id,
    fromOn: z.string().max(10).meta({ format: 'date' }),
    toOn: z.string().max(10).meta({ format: 'date', description: 'The last day of it.' }),
    deputyStaffId: Id.nullable().meta({ description: 'Who stands in.' }),
    note: z.string().max(1_000).nullable(),
    createdAt: Instant,
    createdBy: z.string().max(200).nullable()
  })
  .meta({ id: 'Absence', description: 'Days on which a person is not there.' })

export const CreateAbsenceBody = z
  .strictObject({
    fromOn: Day,
    toOn: Day.meta({ description: 'The last day of it.' }),
    deputyStaffId: Id.toLowerCase().nullish().meta({ description: 'Who stands in.' }),
    note: text(1_000).nullish()
  })
  .meta({ id: 'CreateAbsence', example: { fromOn: '2026-12-21', toOn: '2027-01-03' } })

export const AbsenceParams = z.strictObject({ id: Id.toLowerCase(), absenceId: Id.toLowerCase() })
export const AbsencePage = pageOf(Absence).meta({ id: 'AbsencePage' })
export const ListAbsencesQuery = z.strictObject(PageQuery)
export const NoContent = z.null().meta({ description: 'Done.' })
