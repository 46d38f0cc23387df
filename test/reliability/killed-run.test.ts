import pg from 'pg'
import t from 'tap'
import { startWorkers } from '../../src/jobs/workers.ts'
import { openShop, type Shop } from '../support/classification.ts'
import { build, type Program, run } from '../support/process.ts'
import { startService } from '../support/service.ts'

await build()

const service = await startService()
t.teardown(() => service.close())
const owner = new pg.Client({ connectionString: service.databaseUrl })
await owner.connect()
t.teardown(() => owner.end())

const until = async (is: () => Promise<boolean>): Promise<void> => {
  while (!(await is())) await new Promise(resolve => setTimeout(resolve, 20))
}

const statusOf = async (shop: Shop, id: string): Promise<string> =>
  (await shop.call('GET', `/v1/jobs/${id}`)).body.status

/** A process of its own in the midst of a run that cannot go on. */
async function processWithin(shop: Shop): Promise<{ victim: Program; jobId: string; release: () => Promise<unknown> }> {
  const lock = 'hashtextextended($1, 2)'
  await owner.query(`select pg_advisory_lock(${lock})`, [shop.tenant.id])
  const victim = run('server.js', [], { DATABASE_URL: service.databaseUrl, PORT: '0' })
  await victim.printed(/"ready"/)
  const { body: job } = await shop.call('POST', '/v1/classification-runs', {})
  await until(async () => (await statusOf(shop, job.id)) === 'running')
  return { victim, jobId: job.id, release: () => owner.query(`select pg_advisory_unlock(${lock})`, [shop.tenant.id]) }
}

/** The killed process took the job up so long ago that nobody waits for it any more. */
const longAgo = (jobId: string) =>
  owner.query(`update clientele_jobs.job set started_on = started_on - interval '1 minute' where id = $1`, [jobId])

t.test('a run whose process is killed is done by another one, once', async t => {
  const shop = await openShop(service)
  await shop.push({ customer: 'anna', amount: 100, at: '2026-05-01' })
  await shop.push({ customer: 'bert', amount: 1, at: '2026-05-01' })
  const { victim, jobId, release } = await processWithin(shop)
  victim.kill('SIGKILL')
  await victim.ended
  t.equal(await statusOf(shop, jobId), 'running', 'nobody knows yet')
  await longAgo(jobId)
  await release()

  const warnings: string[] = []
  const logger = { info: () => {}, warn: (_: object, message: string) => warnings.push(message) }
  const workers = await startWorkers({ services: service.services, database: service.database, logger })
  t.teardown(() => workers.stop())
  t.match(await shop.ended(jobId), { status: 'succeeded' })
  t.same(warnings, ['jobs whose process is gone begin anew'])
  const { rows } = await owner.query(
    `select (select count(*)::int from classification_history where tenant_id = $1) as history,
            (select count(*)::int from events where tenant_id = $1 and type = 'customer.class_changed') as events,
            (select count(*)::int from events where tenant_id = $1 and type = 'classification_run.applied') as applied`,
    [shop.tenant.id]
  )
  t.same(rows, [{ history: 2, events: 2, applied: 1 }])
  await workers.stop()
})

t.test('a run that is killed every time ends as failed and says so', async t => {
  const shop = await openShop(service)
  const { victim, jobId, release } = await processWithin(shop)
  victim.kill('SIGKILL')
  await victim.ended
  await longAgo(jobId)
  await owner.query('update clientele_jobs.job set retry_count = retry_limit where id = $1', [jobId])
  await release()
  const logger = { info: () => {}, warn: () => {} }
  const workers = await startWorkers({ services: service.services, database: service.database, logger })
  const job = await shop.ended(jobId)
  t.match(job, { status: 'failed', problem: { code: 'job.gave_up', status: 503 }, result: null })
  t.match((await shop.call('GET', `/v1/classification-runs/${jobId}`)).body, { status: 'failed', appliedAt: null })
  t.match(await shop.job(), { status: 'succeeded' }, 'the next one is not held up')
  await workers.stop()
})

t.test('a run whose database connection breaks begins anew by itself', async t => {
  const shop = await openShop(service)
  await shop.push({ customer: 'anna', amount: 100, at: '2026-05-01' })
  const lock = 'hashtextextended($1, 2)'
  await owner.query(`select pg_advisory_lock(${lock})`, [shop.tenant.id])
  const logger = { info: () => {}, warn: () => {} }
  const workers = await startWorkers({ services: service.services, database: service.database, logger })
  const { body: job } = await shop.call('POST', '/v1/classification-runs', {})
  const waiting = () =>
    owner.query(
      `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and wait_event = 'advisory'`
    )
  await until(async () => (await waiting()).rows.length === 1)
  await owner.query('select pg_terminate_backend($1)', [(await waiting()).rows[0].pid])
  await owner.query(`select pg_advisory_unlock(${lock})`, [shop.tenant.id])
  t.match(await shop.ended(job.id), { status: 'succeeded' })
  t.match(await shop.classOf('anna'), { abc: { class: 'A' } })
  await workers.stop()
})
