import { maskName } from '../domain/text.ts'
import type { CustomerName } from '../repositories/customer-names.ts'
import type { Actor } from './context.ts'

/** A customer's name and keys as a caller may see them in a list of something else: masked without `customers.pii:read`. */
export function visibleName(name: CustomerName | undefined, actor: Actor): CustomerName {
  const { customerName = null, customerExternalIds = [] } = name ?? {}
  const asItIs = customerName === null || actor.scopes.has('customers.pii:read')
  return { customerName: asItIs ? customerName : maskName(customerName), customerExternalIds }
}
