import t from 'tap'
import * as errors from '../../src/domain/errors.ts'

t.test('a missing thing is refused under its own name', async t => {
  const refusal = errors.notFound('relationship_manager')
  t.match(refusal, { code: 'relationship_manager.not_found', kind: 'not_found' })
  t.equal(refusal.detail, 'There is no such relationship manager.')
  t.equal(refusal.message, refusal.code, 'the message that reaches logs is the code')
})

t.test('each constructor names its kind', async t => {
  const kinds = {
    unauthorized: errors.unauthorized,
    forbidden: errors.forbidden,
    conflict: errors.conflict,
    gone: errors.gone,
    precondition: errors.precondition,
    unprocessable: errors.unprocessable,
    unavailable: errors.unavailable,
    too_many: errors.tooMany
  }
  for (const [kind, refuse] of Object.entries(kinds)) {
    const refusal = refuse('thing.reason', 'A sentence.', { count: 2 })
    t.type(refusal, errors.DomainError)
    t.match(refusal, { kind, code: 'thing.reason', detail: 'A sentence.', facts: { count: 2 } })
  }
})

t.test('a malformed content names its fields, and only then', async t => {
  const faults = [{ pointer: '/name', code: 'name.missing', message: 'A name is needed.' }]
  t.same(errors.invalid('customer.invalid', 'A field is at fault.', faults).errors, faults)
  t.equal(errors.invalid('day.invalid', 'Not a day.').errors, undefined)
  t.equal(errors.conflict('thing.reason', 'A sentence.').facts, undefined)
})
