import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type * as Exit from "effect/Exit"
import type * as Schema from "effect/Schema"
import * as Tracer from "effect/Tracer"
import { type ChatsError, type Issue, isChatsError } from "../../ChatsError.js"
import { amend } from "../../client/amend.js"
import { encodeInput, operationSpan } from "../../client/operation.js"
import type { Description } from "../../declaration.js"
import { issuesOf as wrongWith } from "../../internal/effect/issues.js"
import { sample, validatorOf } from "../../internal/effect/samples.js"
import { withSpan } from "../../internal/span.js"
import { impossibleAnswer, notStubbed } from "./stubMessages.js"

/** A handler of whichever endpoint. */
export type AnyHandler = (input: never, call: { readonly index: number }) => Effect.Effect<unknown, ChatsError, unknown>

/** Handlers by the endpoints' names. */
export interface AnyHandlers {
  readonly [operation: string]: AnyHandler | undefined
}

/** A call as far as it has come. */
interface Recorded {
  readonly operation: string
  readonly input: unknown
  exit: Exit.Exit<unknown, ChatsError> | undefined
}

/** What answers an endpoint: its `index`th call since the stub was built, or it was set or reset. */
export type Answer = (endpoint: Description, input: unknown, index: number) => Effect.Effect<unknown, ChatsError>

/** Everything that a stub knows; one for each layer that is built. */
export interface Stub {
  readonly calls: () => ReadonlyArray<unknown>
  readonly callsTo: (operation: string) => ReadonlyArray<unknown>
  readonly execute: (endpoint: Description, input: unknown) => Effect.Effect<unknown, ChatsError>
  readonly set: (handlers: AnyHandlers, context: Context.Context<never>) => void
  readonly reset: () => void
}

/** `begin` gives what answers without a handler, from its beginning. */
export const make = (handlers: AnyHandlers, context: Context.Context<never>, begin: () => Answer): Stub => {
  const built = answersOf(handlers, context)
  let otherwise = begin()
  let answers = new Map(built)
  let indices = new Map<string, number>()
  let calls: Array<Recorded> = []

  const nextIndex = (operation: string): number => {
    const index = indices.get(operation) ?? 0
    indices.set(operation, index + 1)
    return index
  }

  return {
    calls: () => calls.map(copy),

    callsTo: (operation) => calls.filter((call) => call.operation === operation).map(copy),

    execute: (endpoint, input) => {
      const { operation } = endpoint
      return withSpan(operationSpan(endpoint, undefined), (span) => {
        const call: Recorded = { operation, input, exit: undefined }
        calls.push(call)
        const handle = answers.get(operation) ?? otherwise
        const answered = answer(endpoint, input, () => handle(endpoint, input, nextIndex(operation))).pipe(
          Effect.onExit((exit) =>
            Effect.sync(() => {
              call.exit = exit
            })
          )
        )
        return span === undefined ? answered : Effect.withParentSpan(answered, span)
      })
    },

    set: (handlers, context) => {
      for (const [operation, answer] of answersOf(handlers, context)) {
        answers.set(operation, answer)
        indices.delete(operation)
      }
    },

    reset: () => {
      answers = new Map(built)
      otherwise = begin()
      indices = new Map()
      calls = []
    }
  }
}

/** What a test has read does not change under it when the call ends. */
const copy = (call: Recorded): Recorded => ({ ...call })

/** What the live client does before and after the service: refuses, checks, and completes the error. */
const answer = (
  endpoint: Description,
  input: unknown,
  handle: () => Effect.Effect<unknown, ChatsError>
): Effect.Effect<unknown, ChatsError> => {
  const encoded = encodeInput(endpoint, input)
  if (Either.isLeft(encoded)) return Effect.fail(encoded.left)
  const { method, operation, path } = endpoint
  return handle().pipe(
    Effect.mapError((error) => {
      // a handler in plain JavaScript may fail with anything
      if (!isChatsError(error)) return error
      const { attempts, gaveUp, priorOutcome } = error
      return amend(error, { operation, method, path, attempts, gaveUp, priorOutcome })
    }),
    Effect.flatMap((value) => {
      if (endpoint.success === undefined) return Effect.void
      const issues = issuesOf(endpoint.success, value)
      return issues.length === 0 ? Effect.succeed(value) : Effect.die(impossibleAnswer(endpoint, issues))
    })
  )
}

const answersOf = (handlers: AnyHandlers, context: Context.Context<never>): Map<string, Answer> => {
  // the spans of a handler belong to the call, not to where its layer was built
  const services = Context.omit(Tracer.ParentSpan)(context as Context.Context<Tracer.ParentSpan>)
  const answers = new Map<string, Answer>()
  for (const [operation, handler] of Object.entries(handlers)) {
    if (handler === undefined) continue
    answers.set(operation, (_, input, index) =>
      Effect.mapInputContext(
        // the endpoint's name led to this handler, so its input is the handler's
        handler(input as never, { index }),
        // `context` was asked for with all that the handlers need
        (caller: Context.Context<never>) => Context.merge(caller, services) as Context.Context<unknown>
      )
    )
  }
  return answers
}

/** Answers nothing. */
export const unanswered: Answer = (endpoint) => Effect.die(notStubbed(endpoint))

/**
 * Answers from the schema. Each answer depends on the seed, the endpoint and the index alone, so
 * that fibers that race for different endpoints get the same answers in every run.
 */
export const arbitrary =
  (seed: number): Answer =>
  (endpoint, _, index) =>
    endpoint.success === undefined ? Effect.void : sample(endpoint.success, `${seed} ${endpoint.operation} ${index}`)

const issuesOf = (schema: Schema.Schema.AnyNoContext, value: unknown): ReadonlyArray<Issue> => {
  const validated = validatorOf(schema)(value)
  if (Either.isRight(validated)) return []
  return wrongWith(validated.left).map(({ message, path }) => ({
    path: path.map(String).join("."),
    message
  }))
}
