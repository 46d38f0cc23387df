import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { INGEST, ingestValues } from '../../src/repositories/purchase-ingest.ts'
import { CUSTOMERS, ledgerReceipt } from './receipts.ts'

const run = promisify(execFile)

export const hasPgbench = spawnSync('pgbench', ['--version']).error === undefined

/** Repeats a script as the service's role in one tenant, prepared, and gives transactions a second. */
export async function pgbench(
  url: string,
  tenantId: string,
  script: string,
  clients: number,
  seconds: number
): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'clientele-pgbench-'))
  try {
    const file = join(folder, 'script.sql')
    await writeFile(file, script)
    const { stdout } = await run(
      'pgbench',
      ['-n', '-M', 'prepared', '-c', `${clients}`, '-T', `${seconds}`, '-f', file, url],
      {
        env: {
          ...process.env,
          PGOPTIONS: `-c role=clientele_service -c timezone=UTC -c app.tenant_id=${tenantId}`
        }
      }
    )
    const failed = /number of failed transactions: (\d+)/.exec(stdout)?.[1]
    const tps = /tps = ([\d.]+)/.exec(stdout)?.[1]
    if (tps === undefined || (failed ?? '0') !== '0') throw new Error(`pgbench: ${stdout}`)
    return Number(tps)
  } finally {
    await rm(folder, { recursive: true })
  }
}

/**
 * The service's own ingestion statement for `count` purchases, as a pgbench script: its parameters become expressions
 * that make new ids and receipt numbers in the server, so that nothing but the statement crosses the wire.
 */
export function ingestScript(tenantId: string, count: number): string {
  const [first, second] = [ledgerReceipt(), ledgerReceipt()]
  const values = ingestValues(tenantId, [first, second], new Date().toISOString())
  const text = INGEST.text.replace(/\$(\d+)(::(\w+)\[\])?/g, (_, position: string, __, type = '') => {
    const value = values[Number(position) - 1]
    if (Array.isArray(value)) return `(${arrayOf(value, first.lines.length, count, type)})::${type}[]`
    return `${literal(value)}::${value === tenantId ? 'uuid' : 'timestamptz'}`
  })
  // A colon before a letter would be a variable to pgbench; in the statement it stands in format strings only.
  const statement = text.replace(/(?<!:):(?=[A-Z])/g, `'||chr(58)||'`)
  return `\\set c random(0, ${CUSTOMERS - 1})\n\\set n random(1, 1000000000000)\n${statement.trim()};\n`
}

/** A column of the statement's parameters for `count` receipts, told from the columns of two receipts alike. */
function arrayOf(column: readonly unknown[], linesEach: number, count: number, type: string): string {
  const each = column.length / 2
  if (each !== 1 && each !== linesEach) throw new Error('a parameter is neither one a receipt nor one a line')
  const counts = column.every((value, at) => value === Math.floor(at / each))
  const cells = Array.from({ length: each }, (_, line) => (counts ? 'i' : expression(column[line])))
  if (count === 1) return `array[${cells.map(cell => cell.replaceAll(/\bi\b/g, '0')).join(', ')}]`
  const receipts = `generate_series(0, ${count - 1}) i`
  if (each === 1) return `select array_agg((${cells[0]})::${type} order by i) from ${receipts}`
  const cases = cells.map((cell, line) => `when ${line} then ${cell}`).join(' ')
  return `select array_agg((case l ${cases} end)::${type} order by i, l) from ${receipts}, generate_series(0, ${each - 1}) l`
}

/** An id in the order of time that receipt and lines make alike: milliseconds, place in the statement, the drawn number. */
const PURCHASE_ID = `(lpad(to_hex((date_part('epoch', now()) * 1000)::bigint), 12, '0') || '7' || lpad(to_hex(i), 3, '0') || '8' || lpad(to_hex(:n::bigint), 15, '0'))::uuid`

/** The marks that `ledgerReceipt` leaves where every purchase differs. */
function expression(value: unknown): string {
  if (value === '{id}') return 'uuidv7()'
  if (value === '{purchase}') return PURCHASE_ID
  if (value === '{receipt}') return `'P' || :n || '-' || i`
  if (value === '{customer}') return `'C' || ((:c + 7 * i) % ${CUSTOMERS})`
  return literal(value)
}

function literal(value: unknown): string {
  if (value === null) return 'null'
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return `'${String(value).replaceAll("'", "''")}'`
}
