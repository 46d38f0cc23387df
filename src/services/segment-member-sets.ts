import type { Tx } from '../db/client.ts'
import { bitsOfBytes, bytesOfBits, digestsOfFirst, emptyBits, setBit } from '../domain/member-bits.ts'
import { segmentMemberSetsRepository } from '../repositories/segment-member-sets.ts'
import { segmentMembershipsRepository } from '../repositories/segment-memberships.ts'

/**
 * Who belonged to segments when they were last computed, as a bit for each of the customers whose ids are given in ascending
 * order. Kept bits count if they are of the first of these customers; otherwise the memberships are read.
 */
export async function membersBefore(tx: Tx, segmentIds: readonly string[], ids: Uint32Array): Promise<Uint32Array[]> {
  const customers = ids.length / 4
  const kept = new Map((await segmentMemberSetsRepository(tx).find(segmentIds)).map(set => [set.segmentId, set]))
  const counts = [...kept.values()].map(set => set.customers)
  const digests = digestsOfFirst(ids, counts)
  const result: Uint32Array[] = []
  for (const segmentId of segmentIds) {
    const set = kept.get(segmentId)
    if (set !== undefined && digests.get(set.customers) === set.idsDigest) {
      result.push(bitsOfBytes(set.members, customers))
      continue
    }
    const bits = emptyBits(customers)
    await segmentMembershipsRepository(tx).current(segmentId, ids, place => setBit(bits, place))
    result.push(bits)
  }
  return result
}

/** Keeps who belongs to segments now. */
export async function keepMembers(
  tx: Tx,
  ids: Uint32Array,
  segments: readonly { readonly segmentId: string; readonly bits: Uint32Array }[]
): Promise<void> {
  const customers = ids.length / 4
  const idsDigest = digestsOfFirst(ids, [customers]).get(customers) ?? ''
  for (const { segmentId, bits } of segments) {
    await segmentMemberSetsRepository(tx).save({ segmentId, customers, idsDigest, members: bytesOfBits(bits) })
  }
}
