import * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { InvalidOption } from "../../internal/options.js"

/** The command was called in a way that it cannot be: exit code 2, with its usage. */
export class UsageError extends Data.TaggedError("UsageError")<{ readonly message: string }> {}

/** What it was to do could not be done: exit code 1. */
export class CommandError extends Data.TaggedError("CommandError")<{ readonly message: string }> {}

/** Runs a command until it ends or a signal comes; then its resources are let go before the process ends. */
export const run = async (usage: string, command: Effect.Effect<void, UsageError | CommandError>): Promise<void> => {
  const fiber = Effect.runFork(command)
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => Effect.runFork(Fiber.interrupt(fiber)))
  }
  const exit = await Effect.runPromise(Fiber.await(fiber))
  if (Exit.isSuccess(exit) || Cause.isInterruptedOnly(exit.cause)) return
  const error = Cause.squash(exit.cause)
  const wrongUse = error instanceof UsageError || error instanceof InvalidOption
  const message = error instanceof Error ? error.message : Cause.pretty(exit.cause)
  Effect.runSync(Console.error(wrongUse ? `${message}\n\n${usage}` : message))
  process.exitCode = wrongUse ? 2 : 1
}

export const wholeNumber = (flag: string, text: string): Effect.Effect<number, UsageError> =>
  /^\d+$/.test(text)
    ? Effect.succeed(Number(text))
    : new UsageError({ message: `--${flag} must be a whole number, not ${text}` })
