import { readFileSync } from "node:fs"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { parseLines, type Recording } from "../recorder/recording.js"
import { CommandError } from "./run.js"

/** The recording in a file; what is wrong with it is said in one line. */
export const readRecording = (file: string): Effect.Effect<Recording, CommandError> =>
  Effect.gen(function* () {
    const text = yield* Effect.try({
      try: () => readFileSync(file, "utf8"),
      catch: (error) => new CommandError({ message: error instanceof Error ? error.message : String(error) })
    })
    return yield* Either.mapLeft(parseLines(text), (why) => new CommandError({ message: `${file}: ${why}` }))
  })
