import * as Cause from "effect/Cause"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import { InvalidOption } from "../../internal/options.js"

/** The command was called in a way that it cannot be: exit code 2. */
export class UsageError extends Data.TaggedError("UsageError")<{ readonly message: string }> {}

/** What it was to do could not be done: exit code 1. */
export class CommandError extends Data.TaggedError("CommandError")<{ readonly message: string }> {}

/** What goes on is said on stderr: stdout is for what a program reads. */
const logger = Logger.make<unknown, void>(({ cause, message }) => {
  const why = Cause.isEmpty(cause) ? [] : [messageOf(Cause.squash(cause))]
  process.stderr.write(`${[...(Array.isArray(message) ? message : [message]), ...why].map(String).join(": ")}\n`)
})

/** Runs a command until it ends or a signal comes; then its resources are let go before the process ends. */
export const run = async (name: string, command: Effect.Effect<void, UsageError | CommandError>): Promise<void> => {
  const fiber = Effect.runFork(Effect.provide(command, Logger.replace(Logger.defaultLogger, logger)))
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => Effect.runFork(Fiber.interrupt(fiber)))
  }
  const exit = await Effect.runPromise(Fiber.await(fiber))
  if (Exit.isSuccess(exit) || Cause.isInterruptedOnly(exit.cause)) return
  const error = Cause.squash(exit.cause)
  const wrongUse = error instanceof UsageError || error instanceof InvalidOption
  const hint = wrongUse ? `\n\nSee: effect-genesys-chats ${name} --help` : ""
  process.stderr.write(`${messageOf(error)}${hint}\n`)
  process.exitCode = wrongUse ? 2 : 1
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

export const wholeNumber = (flag: string, text: string): Effect.Effect<number, UsageError> =>
  /^\d+$/.test(text)
    ? Effect.succeed(Number(text))
    : new UsageError({ message: `--${flag} must be a whole number, not ${text}` })
