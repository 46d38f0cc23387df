/**
 * The fields of a merge patch whose value differs from what is recorded, in the patch's order. Lists count as changed
 * when an element or the order differs.
 */
export function changedFields<State extends object>(before: State, patch: Partial<State>): (keyof State & string)[] {
  return (Object.keys(patch) as (keyof State & string)[]).filter(
    field => JSON.stringify(before[field]) !== JSON.stringify(patch[field])
  )
}
