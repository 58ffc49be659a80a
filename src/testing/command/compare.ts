import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import type { Options } from "../emulator/options.js"
import { start } from "../emulator/start.js"
import { compare as compareWith } from "../recorder/compare.js"
import { readRecording } from "./readRecording.js"
import { CommandError } from "./run.js"

/** Says where an emulator answers otherwise than was recorded; if it does anywhere, the command fails. */
export const compare = (file: string, options: Options): Effect.Effect<void, CommandError> =>
  Effect.gen(function* () {
    const recording = yield* readRecording(file)
    const { exchanges } = recording
    const deviations = yield* compareWith(yield* start({ ...options, rateLimit: "unlimited" }), recording)
    for (const { differences, exchange, index } of deviations) {
      const { method, path } = exchange.request
      yield* Console.log(`#${index} ${exchange.operation ?? ""} ${method} ${path}`)
      for (const line of differences) yield* Console.log(`  ${line}`)
    }
    const count = exchanges.filter(({ operation }) => operation !== undefined).length
    yield* Console.log(`${deviations.length} of ${count} calls are answered otherwise`)
    if (deviations.length > 0) return yield* new CommandError({ message: "The emulator is not as what was recorded" })
  })
