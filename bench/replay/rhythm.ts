import type { Options } from '../support/options.ts'
import { readOnlineRetail } from './online-retail.ts'
import { replayPicture } from './replay-picture.ts'

/** Rhythm and first users of a wholesaler's customers, in the middle of the data and at their end. */
export async function run(options: Options): Promise<void> {
  const set = await readOnlineRetail(options)
  if (set) await replayPicture(set, ['2011-09-01', set.asOfDay], options)
}
