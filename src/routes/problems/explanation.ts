/** By code: a title, what it means, and what to do about it. */
export type Explained = Readonly<Record<string, readonly [title: string, meaning: string, remedy: string]>>

export interface Explanation {
  readonly type: string
  readonly code: string
  readonly title: string
  readonly meaning: string
  readonly remedy: string
}
