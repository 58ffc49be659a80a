import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import type * as ChatsError from "../../ChatsError.js"
import { failureOrCause } from "../../internal/effect/cause.js"
import type { Tell } from "./resolver.js"

/** How to ask for several things at once. */
export interface Ask<W, A, E extends { readonly _tag: string }, N> {
  /** What was found of each, `undefined` where it is not there. */
  readonly ask: (wanted: ReadonlyArray<W>) => Effect.Effect<(wanted: W) => Exit.Exit<A, N>, E>
  readonly notFound: (wanted: W) => N
  /** After a 404 to them all: whether it is worth finding out which of them is not there. */
  readonly worthSplitting: (wanted: ReadonlyArray<W>) => Effect.Effect<boolean>
  /** So many are taken; more were refused. */
  readonly takesAtMost: (count: number) => void
}

/**
 * Asks for several at once and tells what became of each. Where the service refuses them all for
 * one of them, they are split until it is known which: at most two requests for each.
 */
export const split = <W, A, E extends { readonly _tag: string }, N>(
  { ask, notFound, takesAtMost, worthSplitting }: Ask<W, A, E, N>,
  all: ReadonlyArray<W>,
  tell: Tell<W, A, Exclude<E, ChatsError.NotFound> | N>
): Effect.Effect<void> => {
  type Failure = Exclude<E, ChatsError.NotFound> | N

  /** `false` where one of them was refused by itself. */
  const part = (wanted: ReadonlyArray<W>, whole: boolean): Effect.Effect<boolean> => {
    const tellAll = (outcome: (wanted: W) => Exit.Exit<A, Failure>) =>
      Effect.as(
        Effect.forEach(wanted, (one) => tell(one, outcome(one)), { discard: true }),
        true
      )
    const allMissing = Effect.suspend(() => tellAll((one) => Exit.fail(notFound(one))))
    const halves = Effect.suspend(() => {
      const middle = Math.ceil(wanted.length / 2)
      return Effect.zipWith(
        part(wanted.slice(0, middle), false),
        part(wanted.slice(middle), false),
        (one, other) => one && other
      )
    })
    // if every one was fine by itself, there were too many of them
    const fewerFromNowOn = Effect.map(halves, (fine) => {
      if (fine) takesAtMost(Math.ceil(wanted.length / 2))
      return fine
    })
    return Effect.matchCauseEffect(ask(wanted), {
      onSuccess: tellAll,
      onFailure: (cause) => {
        const failure = failureOrCause(cause)
        if (Either.isRight(failure)) return tellAll(() => Exit.failCause(failure.right))
        const error = failure.left
        if (isNotFound(error)) {
          if (wanted.length === 1) return allMissing
          return whole ? Effect.flatMap(worthSplitting(wanted), (worth) => (worth ? halves : allMissing)) : halves
        }
        const aboutThem = isAboutInput(error)
        if (aboutThem && wanted.length > 1) return fewerFromNowOn
        if (isAboutOne(error) && wanted.length > 1) return halves
        // `isNotFound` took the rest
        const other = error as Exclude<E, ChatsError.NotFound>
        return Effect.map(
          tellAll(() => Exit.fail(other)),
          () => !aboutThem
        )
      }
    })
  }
  return Effect.asVoid(part(all, true))
}

const isNotFound = (error: { readonly _tag: string }): boolean => error._tag === "NotFound"

/** The service may refuse the number of them, or one of them; the client does refuse what cannot be sent. */
const isAboutInput = (error: { readonly _tag: string; readonly status?: number }): boolean =>
  error._tag === "BadRequest" ||
  error._tag === "ContentTooLarge" ||
  error._tag === "InvalidRequest" ||
  (error._tag === "UnexpectedStatus" && error.status === 414)

/** A reply that is JSON, of which something does not decode: that of one, and not that of all. */
const isAboutOne = (error: { readonly _tag: string; readonly issues?: ReadonlyArray<ChatsError.Issue> }): boolean =>
  error._tag === "DecodeError" && (error.issues ?? []).some(({ path }) => path.includes("."))
