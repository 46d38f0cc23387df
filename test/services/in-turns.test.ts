import t from 'tap'
import { together } from '../../src/services/in-turns.ts'

t.test('two works of one transaction', async t => {
  t.test('answer when both are done', async t => {
    t.same(await together(Promise.resolve('read'), Promise.resolve(3)), ['read', 3])
  })

  t.test('tell what failed first, whichever it was, and not what failed for it', async t => {
    const deadlock = new Error('deadlock detected')
    const aborted = new Error('current transaction is aborted')
    const first = Promise.reject(deadlock)
    const second = first.catch(() => Promise.reject(aborted))
    await t.rejects(together(second, first), deadlock)
    await t.rejects(together(first, second), deadlock)
  })

  t.test('do not end before the one that has not failed', async t => {
    let finish = () => {}
    const working = new Promise<void>(resolve => {
      finish = resolve
    })
    let ended = false
    const both = together(working, Promise.reject(new Error('failed'))).finally(() => {
      ended = true
    })
    both.catch(() => {})
    await new Promise(setImmediate)
    t.notOk(ended)
    finish()
    await t.rejects(both, { message: 'failed' })
  })
})
