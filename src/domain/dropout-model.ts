import { stoppedPurchases } from './stopped-purchases.ts'

/**
 * Two models of customers who buy without a contract. In both a customer buys at his own constant rate until he leaves
 * for good, unseen; rates differ as a gamma distribution (r, α), the chance to leave at each occasion as a beta
 * distribution (a, b). In the BG/NBD model (Fader, Hardie and Lee 2005) an occasion to leave follows every repeat
 * purchase; in the MBG/NBD model (Batislam, Denizel and Filiztekin 2007) the first purchase, too.
 */
export type DropoutModel = 'bg_nbd' | 'mbg_nbd'

/** r, a and b are bare numbers, α is in days. All positive. */
export interface DropoutParameters {
  readonly model: DropoutModel
  readonly r: number
  readonly alpha: number
  readonly a: number
  readonly b: number
}

/** Occasions to leave that a customer of so many repeat purchases has had. */
export function occasionsToLeave(model: DropoutModel, repeats: number): number {
  return model === 'mbg_nbd' ? repeats + 1 : repeats
}

/**
 * How likely it is that a customer has not left for good, 0..1: P = 1/(1 + a/(b+k−1)·((α+T)/(α+t_x))^(r+x)), k being the
 * occasions that he had. `repeats` x, `recency` t_x ≤ `age` T in days. Longer silence after the same purchases is never
 * more alive. **By BG/NBD everybody without a repeat is alive for certain (k = 0): classify by MBG/NBD.**
 */
export function probabilityAlive(model: DropoutParameters, repeats: number, recency: number, age: number): number {
  const occasions = occasionsToLeave(model.model, repeats)
  if (occasions === 0) return 1
  const silence = Math.log1p((age - recency) / (model.alpha + recency))
  return 1 / (1 + (model.a / (model.b + occasions - 1)) * Math.exp((model.r + repeats) * silence))
}

/** Purchases that a customer who has not left will make in the next `horizon` days, on average; he may leave meanwhile. */
export function purchasesIfAlive(model: DropoutParameters, repeats: number, age: number, horizon: number): number {
  const occasions = occasionsToLeave(model.model, repeats)
  return stoppedPurchases(model.r + repeats, model.a, model.b + occasions, horizon / (model.alpha + age))
}

/** E[Y(horizon) | x, t_x, T]: purchases to be expected in the next `horizon` days, all in days. 0 or more, growing with the horizon. */
export function expectedPurchases(
  model: DropoutParameters,
  repeats: number,
  recency: number,
  age: number,
  horizon: number
): number {
  return purchasesIfAlive(model, repeats, age, horizon) * probabilityAlive(model, repeats, recency, age)
}

/** E[X(horizon)]: repeat purchases of somebody new in the `horizon` days after the first purchase. */
export function expectedOfNewcomer(model: DropoutParameters, horizon: number): number {
  return expectedPurchases(model, 0, 0, 0, horizon)
}
