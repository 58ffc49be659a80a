import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"

/*
 * What a span or a log may say of a failure: nothing that came from the service or from the input, which
 * may hold ids, texts and names. So an error's message is in none of them: what stands there instead is
 * made of what the program itself declares, of numbers, and of words of our own.
 */

/** "NotFound: getChatsRoom, 404, correlation id 3f2c (GET /api/v2/chats/rooms/{roomJid}, 1 attempt)". */
export const summary = (error: unknown): string => {
  const name = nameOf(error)
  const said = isOfCall(error) ? describe(error) : ""
  return said === "" ? name : `${name}: ${said}`
}

/** The fields of an error of a call, as far as they are our own words. */
interface OfCall {
  readonly _tag: string
  readonly operation: string
  readonly method: string
  readonly path: string
  readonly attempts: number
}

const isOfCall = (error: unknown): error is OfCall =>
  Predicate.isRecord(error) &&
  typeof error["attempts"] === "number" &&
  ["_tag", "operation", "method", "path"].every((key) => typeof error[key] === "string")

/** "getChatsRoom, 404, correlation id 3f2c (GET /api/v2/chats/rooms/{roomJid}, 1 attempt)". */
export const describe = (error: OfCall): string => {
  const { attempts, method, operation, path } = error
  const correlationId = correlationIdOf(text(error, "correlationId"))
  const gaveUp = text(error, "gaveUp")
  const what = [
    operation,
    ending(error),
    ...(correlationId === undefined ? [] : [`correlation id ${correlationId}`])
  ].filter((part) => part !== "")
  // of an attempt alone, whose span has the name
  if (operation === "") return what.join(", ")
  const how = [`${method} ${path}`, `${attempts} ${attempts === 1 ? "attempt" : "attempts"}`]
  return `${what.join(", ")} (${[...how, ...(gaveUp === undefined ? [] : [gaveUp])].join(", ")})`
}

const ending = (error: OfCall): string => {
  const reason = text(error, "reason") ?? ""
  const status = Predicate.hasProperty(error, "status") && typeof error.status === "number" ? error.status : undefined
  switch (error._tag) {
    case "InvalidRequest":
      return "not sent"
    case "TransportError": {
      const code = text(error, "code")
      return code === undefined || !/^\w{1,60}$/.test(code) ? reason : `${reason} ${code}`
    }
    case "CredentialsError":
      return status === undefined ? reason : `${reason}, login status ${status}`
    default:
      return status === undefined ? "" : String(status)
  }
}

const text = (error: object, key: string): string | undefined =>
  Predicate.hasProperty(error, key) && typeof error[key] === "string" ? error[key] : undefined

/** A correlation id is a UUID, or at least no longer and no richer than one: what else stands there is told to nobody. */
export const correlationIdOf = (id: string | undefined): string | undefined =>
  id !== undefined && /^[\w-]{1,64}$/.test(id) ? id : undefined

/** Words of the program: a tag, or the name of a class. */
const nameOf = (error: unknown): string => {
  const name = Predicate.hasProperty(error, "_tag")
    ? error._tag
    : Predicate.isRecord(error)
      ? error.constructor?.name
      : undefined
  return typeof name === "string" && /^[\w$./-]{1,80}$/.test(name) ? name : "Error"
}

/** An error that holds the {@link summary} of another alone. */
const summarized = (error: unknown): Error => {
  const name = nameOf(error)
  const said = isOfCall(error) ? describe(error) : ""
  const told = Object.assign(new Error(said), { name })
  // where it was made says nothing
  told.stack = said === "" ? name : `${name}: ${said}`
  return told
}

/** Logs a failure that is no one else's to know, at debug level. */
export const logFailure = (message: string, error: unknown): Effect.Effect<void> =>
  Effect.annotateLogs(Effect.logDebug(message), "error", summary(error))

/** An exit as a span may show it. */
export const summarizedExit = (exit: Exit.Exit<unknown, unknown>): Exit.Exit<void, unknown> => {
  if (Exit.isSuccess(exit)) return Exit.void
  const { cause } = exit
  if (Cause.isInterruptedOnly(cause)) return Exit.failCause(Cause.map(cause, summarized))
  return Option.match(Cause.failureOption(cause), {
    onSome: (error) => Exit.fail(summarized(error)),
    onNone: () => Exit.die(summarized(Cause.squash(cause)))
  })
}
