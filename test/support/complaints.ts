import { asAdmin } from './cluster.ts'
import type { Answer, TestService, TestTenant } from './service.ts'

/** An event as the outbox holds it. */
export type RecordedEvent = {
  type: string
  subjectType: string
  subjectId: string
  data: Record<string, unknown>
}

/** People and things that complaints are about. */
export interface ComplaintShop {
  readonly shop: TestTenant
  readonly storeId: string
  readonly clerkId: string
  readonly managerId: string
  readonly ownerId: string
  readonly customerId: string
  /** A sale of 200.00 to the customer: shoes with a supplier for 150.00, laces on promotion for 50.00. */
  readonly purchaseId: string
  complain(body?: Record<string, unknown>): Promise<Answer>
  /** What a step of a case answers. */
  step(id: string, step: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  hire(code: string, roles: string[], storeIds?: string[]): Promise<string>
  /** A sale to the customer, of one piece. */
  sell(receiptNumber: string, amountMinor: number): Promise<string>
  /** Events of the shop in their order, by `complaint.` and the like. */
  events(prefix: string): Promise<RecordedEvent[]>
}

/** A shop with a clerk, a manager and an owner in one store, a customer and his purchase. */
export async function complaintShop(service: TestService): Promise<ComplaintShop> {
  const shop = await service.newTenant()
  const { make } = shop
  const hire = (code: string, roles: string[], storeIds: string[] = []) =>
    make('/v1/staff', { code, name: code, roles, storeIds })
  const storeId = await make('/v1/stores', { code: 'S1', name: 'Store', timeZone: 'Europe/Berlin' })
  const clerkId = await hire('CLERK', ['front_line'])
  const managerId = await hire('MANAGER', ['store_manager'])
  const ownerId = await hire('OWNER', ['owner'])
  await make('/v1/products', { sku: 'SHOE', name: 'Shoe', supplierId: 'SUP-1' })
  const customerId = await make('/v1/customers', { kind: 'person', name: 'Anna Zhang', homeStoreId: storeId })
  const sale = (receiptNumber: string, lines: { sku: string; amountMinor: number; promotionCode?: string }[]) =>
    make('/v1/purchases', {
      source: 'pos',
      receiptNumber,
      kind: 'sale',
      storeCode: 'S1',
      purchasedAt: '2026-02-01T10:00:00Z',
      currency: 'EUR',
      customer: { id: customerId },
      lines: lines.map(line => ({ ...line, quantity: 1 })),
      totalMinor: lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0)
    })
  const purchaseId = await sale('R1', [
    { sku: 'SHOE', amountMinor: 15_000 },
    { sku: 'LACES', amountMinor: 5_000, promotionCode: 'SPRING' }
  ])
  return {
    shop,
    storeId,
    clerkId,
    managerId,
    ownerId,
    customerId,
    purchaseId,
    hire,
    sell: (receiptNumber, amountMinor) => sale(receiptNumber, [{ sku: 'SHOE', amountMinor }]),
    complain: (body = {}) =>
      shop.call('POST', '/v1/complaints', {
        channel: 'counter',
        subject: 'Sole came off',
        description: 'The sole came off.\n"After three weeks!"',
        storeId,
        customerId,
        purchaseId,
        receivedByStaffId: clerkId,
        ...body
      }),
    step: (id, step, body = {}, headers = {}) => shop.call('POST', `/v1/complaints/${id}/${step}`, body, headers),
    events: prefix =>
      asAdmin(
        service.databaseUrl,
        `select type, subject_type as "subjectType", subject_id as "subjectId", data from events
         where tenant_id = $1 and starts_with(type, $2) order by write_order`,
        [shop.tenant.id, prefix]
      )
  }
}
