import t from 'tap'
import type { Actor } from '../../src/services/context.ts'
import { readGate } from '../../src/services/read-gate.ts'

const actorOf = (tenantId: string) => ({ tenantId }) as Actor

/** A database that answers when it is told to, and what it was asked. */
function slowDatabase() {
  const asked: { tenantId: string; keys: readonly number[]; answer(error?: Error): void }[] = []
  const read = (actor: Actor, keys: readonly number[]) =>
    new Promise<string[]>((settle, fail) => {
      const answer = (error?: Error) => (error ? fail(error) : settle(keys.map(key => `${actor.tenantId}${key}`)))
      asked.push({ tenantId: actor.tenantId, keys, answer })
    })
  return { asked, read }
}

const turn = () => new Promise(resolve => setImmediate(resolve))

t.test('what is asked for in one moment shares a statement, and each caller gets his own result', async t => {
  const { asked, read } = slowDatabase()
  const gate = readGate(read)
  const answers = [1, 2, 1].map(key => gate(actorOf('a'), key))
  await turn()
  t.same(
    asked.map(({ keys }) => keys),
    [[1, 2, 1]]
  )
  asked[0]?.answer()
  t.same(await Promise.all(answers), ['a1', 'a2', 'a1'])
})

t.test('tenants never share a statement', async t => {
  const { asked, read } = slowDatabase()
  const gate = readGate(read)
  const answers = ['a', 'b', 'a'].map(tenant => gate(actorOf(tenant), 1))
  await turn()
  t.same(
    asked.map(({ tenantId, keys }) => [tenantId, keys]),
    [
      ['a', [1, 1]],
      ['b', [1]]
    ]
  )
  for (const { answer } of asked) answer()
  t.same(await Promise.all(answers), ['a1', 'b1', 'a1'])
})

t.test(
  'a read joins no statement that is under way, waits for a place, and goes with what has come by then',
  async t => {
    const { asked, read } = slowDatabase()
    const gate = readGate(read, { inFlight: 1, together: 2, undivided: 1, waiting: 10 })
    const answers = [gate(actorOf('a'), 0)]
    await turn()
    answers.push(...[1, 2, 3].map(key => gate(actorOf('a'), key)))
    await turn()
    t.equal(asked.length, 1)
    for (let n = 0; n < 3; n++) {
      asked[n]?.answer()
      await turn()
    }
    t.same(
      asked.map(({ keys }) => keys),
      [[0], [1, 2], [3]]
    )
    t.same(await Promise.all(answers), ['a0', 'a1', 'a2', 'a3'])
  }
)

t.test('many who come at once are divided among the free places, few stay together', async t => {
  const groups = async (readers: number) => {
    const { asked, read } = slowDatabase()
    const gate = readGate(read, { inFlight: 2, together: 6, undivided: 3, waiting: 100 })
    const answers = Array.from({ length: readers }, (_, key) => gate(actorOf('a'), key))
    await turn()
    const sizes = asked.map(({ keys }) => keys.length)
    for (let n = 0; n < asked.length; n++) {
      asked[n]?.answer()
      await turn()
    }
    t.same(
      await Promise.all(answers),
      answers.map((_, key) => `a${key}`)
    )
    return sizes
  }
  t.same(await groups(3), [3])
  t.same(await groups(4), [3, 1])
  t.same(await groups(10), [5, 5])
  t.same(await groups(20), [6, 6])
})

t.test('a statement that fails fails those who share it, and nobody after', async t => {
  const { asked, read } = slowDatabase()
  const gate = readGate(read)
  const failing = [1, 2].map(key => gate(actorOf('a'), key))
  await turn()
  asked[0]?.answer(new Error('gone'))
  for (const answer of failing) await t.rejects(answer, { message: 'gone' })
  const next = gate(actorOf('a'), 3)
  await turn()
  asked[1]?.answer()
  t.equal(await next, 'a3')
})

t.test('more readers than may wait are told to come back', async t => {
  const { asked, read } = slowDatabase()
  const gate = readGate(read, { inFlight: 1, together: 64, undivided: 1, waiting: 2 })
  const answers = [1, 2].map(key => gate(actorOf('a'), key))
  await t.rejects(gate(actorOf('a'), 3), { code: 'service.overloaded', kind: 'unavailable' })
  await turn()
  asked[0]?.answer()
  t.same(await Promise.all(answers), ['a1', 'a2'])
})
