import { type ParseArgsConfig, parseArgs } from 'node:util'
import type { z } from 'zod'
import { type Config, readConfig } from '../config.ts'
import { openRuntime } from '../runtime.ts'
import type { Services } from '../services/index.ts'

/** What a command needs of the process and the terminal. */
export interface Surroundings {
  readonly environment: Record<string, string | undefined>
  readonly out: NodeJS.WritableStream
  readonly err: NodeJS.WritableStream
  /** Registers what has to be closed should the person interrupt the command. */
  closing(close: () => Promise<void>): unknown
}

export interface Command {
  /** One or two words, as they are typed. */
  readonly name: string
  /** What follows the name. */
  readonly usage: string
  readonly summary: string
  /** Does the work and gives the exit code. */
  run(args: readonly string[], surroundings: Surroundings): Promise<number>
}

/** A command's answer: a document for programs, the same in words for people. */
export interface Answer {
  readonly json: unknown
  readonly text: string
  /** 1 where the answer is "no", such as a check that found something. */
  readonly exitCode?: number
}

/** The command was typed in a way that it does not understand. */
export class UsageError extends Error {}

type Options = NonNullable<ParseArgsConfig['options']>
type Parsed<O extends Options> = ReturnType<typeof parseArgs<{ options: O; allowPositionals: true }>>

interface Definition<O extends Options> extends Omit<Command, 'run'> {
  readonly options: O
  /** What has to follow the name, each one word. */
  readonly words: readonly string[]
  answer(input: Input<O>, surroundings: Surroundings): Promise<Answer>
}

interface Input<O extends Options> {
  readonly values: Parsed<O>['values']
  readonly words: readonly string[]
  readonly config: Config
}

/** A command with typed options that answers once: in words, or with --json as one document and nothing else. */
export function command<const O extends Options>({ options, words, answer, ...rest }: Definition<O>): Command {
  return {
    ...rest,
    async run(args, surroundings) {
      const asked = args.filter(arg => arg !== '--json')
      const { values, positionals } = parse(asked, options)
      if (positionals.length !== words.length) {
        throw new UsageError(`"${rest.name}" takes ${words.length === 0 ? 'options only' : words.join(' and ')}`)
      }
      const input = { values, words: positionals, config: readConfig(surroundings.environment) }
      const { json, text, exitCode = 0 } = await answer(input, surroundings)
      surroundings.out.write(asked.length < args.length ? `${JSON.stringify(json, null, 2)}\n` : `${text}\n`)
      return exitCode
    }
  }
}

function parse<O extends Options>(args: readonly string[], options: O): Parsed<O> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

/** Opens the service's database and use cases for the length of `work`. */
export async function withRuntime<T>(
  config: Config,
  { closing }: Surroundings,
  work: (services: Services) => Promise<T>
): Promise<T> {
  const opening = openRuntime(config, { migrations: 'verify', onError: () => {} })
  // An interrupt while the database starts waits for it, so that it is not left running.
  closing(() => opening.then(runtime => runtime.close()))
  const runtime = await opening
  try {
    return await work(runtime.services)
  } finally {
    await runtime.close()
  }
}

/** The value of an option if it has the documented form. */
export function accepted<T>(schema: z.ZodType<T>, option: string, value: unknown): T {
  const result = schema.safeParse(value)
  if (!result.success) throw new UsageError(`${option} ${result.error.issues[0]?.message}`)
  return result.data
}
