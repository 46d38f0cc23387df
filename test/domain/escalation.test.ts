import t from 'tap'
import type { Role } from '../../src/domain/access.ts'
import { DEFAULT_ANSWER_POLICY } from '../../src/domain/answer-policy.ts'
import { type Absence, type Colleague, chooseRecipient } from '../../src/domain/escalation.ts'

const person = (id: string, role: Role, overrides: Partial<Colleague> = {}): Colleague => ({
  id,
  roles: [role],
  storeIds: [],
  lastEscalatedAt: null,
  ...overrides
})
const away = (staffId: string, deputyStaffId: string | null = null): Absence => ({
  staffId,
  fromOn: '2026-06-10',
  toOn: '2026-06-12',
  deputyStaffId
})
const brought = (
  rung: number,
  colleagues: Colleague[],
  {
    absences = [] as Absence[],
    handlerId = 'anna' as string | null,
    storeId = 's1' as string | null,
    day = '2026-06-10'
  } = {}
) => chooseRecipient({ ladder: DEFAULT_ANSWER_POLICY.ladder, rung, handlerId, storeId, day }, colleagues, absences)

const anna = person('anna', 'front_line')
const maria = person('maria', 'store_manager')
const otto = person('otto', 'owner')

t.test('each step goes to its authority', async t => {
  const all = [anna, maria, otto]
  t.match(brought(0, all), { staffId: 'anna', role: 'handler', deputyForStaffId: null })
  t.match(brought(1, all), { staffId: 'maria', role: 'store_manager' })
  t.match(brought(2, all), { staffId: 'otto', role: 'owner' })
})

t.test('managers of other stores are not troubled; who is bound to no store serves all', async t => {
  const elsewhere = person('elsa', 'store_manager', { storeIds: ['s2'] })
  t.match(brought(1, [elsewhere, otto]), { staffId: 'otto', role: 'owner' })
  t.match(brought(1, [person('here', 'store_manager', { storeIds: ['s1'] }), elsewhere]), { staffId: 'here' })
  t.match(brought(1, [elsewhere], { storeId: null }), { staffId: 'elsa' }, 'where no store is named, any')
})

t.test('who was troubled least recently comes first, the lower id among equals', async t => {
  const [a, b, c] = ['2026-06-02', '2026-06-01', null].map((day, index) =>
    person('abc'.charAt(index), 'store_manager', { lastEscalatedAt: day && `${day}T00:00:00.000Z` })
  ) as [Colleague, Colleague, Colleague]
  t.match(brought(1, [a, b, c]), { staffId: 'c' })
  t.match(brought(1, [a, b]), { staffId: 'b' })
  t.match(brought(1, [person('z', 'store_manager'), person('y', 'store_manager')]), { staffId: 'y' })
})

t.test('a deputy stands in for who is absent, on the first and the last day too', async t => {
  const all = [anna, maria, person('dora', 'front_line'), otto]
  const absences = [away('maria', 'dora')]
  for (const day of ['2026-06-10', '2026-06-12']) {
    t.match(brought(1, all, { absences, day }), { staffId: 'dora', role: 'store_manager', deputyForStaffId: 'maria' })
  }
  t.match(brought(1, all, { absences, day: '2026-06-13' }), { staffId: 'maria', deputyForStaffId: null })
  t.match(brought(1, all, { absences: [...absences, away('dora')] }), { staffId: 'otto' }, 'who is absent too')
  t.match(brought(1, all, { absences: [away('maria')] }), { staffId: 'otto' }, 'where there is none')
  t.match(brought(1, [maria, otto], { absences }), { staffId: 'otto' }, 'who has left')
})

t.test('where nobody of an authority is there, it goes on to the next, and nobody is told as nobody', async t => {
  t.match(brought(0, [maria, otto], { handlerId: null }), { staffId: 'maria', role: 'store_manager' })
  t.match(brought(0, [maria, otto]), { staffId: 'maria' }, 'a handler who has left')
  t.same(brought(2, [maria]), { staffId: null, role: null, deputyForStaffId: null })
})
