import type { FastifyContextConfig } from 'fastify'
import { sha256 } from '../services/context.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Where what a 201 or 202 made is read, with members of the answer in braces: `/v1/stores/{id}`. */
    location?: string
    /** Members of the answer that change without its version, such as a class that a run found. */
    besideVersion?: readonly string[]
  }
}

/**
 * The headers that tell what an answer is: the place of what was made, and the validator of what is shown. They follow
 * from the answer, so that a repeated one carries them again.
 */
export function headersOf(config: FastifyContextConfig, status: number, answer: unknown): Record<string, string> {
  if (typeof answer !== 'object' || answer === null || status >= 300) return {}
  const members = answer as Readonly<Record<string, unknown>>
  const tag = tagOf(config, members)
  return {
    ...(isMade(status) && config.location !== undefined ? { Location: placeOf(config.location, members) } : {}),
    ...(tag === undefined ? {} : { ETag: tag })
  }
}

/** Whether a status says that something new has a place of its own. */
export const isMade = (status: number): boolean => status === 201 || status === 202

/**
 * `"7"` for a document that changes with its version alone. Where it shows more, which changes by itself, a digest of
 * that follows (`"7.1f0c8e6a4b21d7c3"`), unless there is nothing of it to show yet.
 */
function tagOf({ besideVersion }: FastifyContextConfig, answer: Readonly<Record<string, unknown>>): string | undefined {
  const { version } = answer
  if (typeof version !== 'number') return undefined
  const beside = besideVersion?.map(name => answer[name] ?? null)
  if (beside === undefined || beside.every(shown => shown === null || shown === false)) return `"${version}"`
  return `"${version}.${sha256(JSON.stringify(beside)).slice(0, DIGEST)}"`
}

/** Characters of the digest: a caller compares a document with its own past, not with all others. */
const DIGEST = 16

const TAG = /^"(\d{1,9})(?:\.[0-9a-f]{16})?"$/

/**
 * The version in an ETag; null where this service did not write it. What follows the version is left out of account:
 * it concerns nothing that a caller could change.
 */
export function versionOfTag(tag: string): number | null {
  const match = TAG.exec(tag)
  return match ? Number(match[1]) : null
}

const placeOf = (template: string, made: Readonly<Record<string, unknown>>): string =>
  template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(made[name])))
