import * as Effect from "effect/Effect"

/** Turns of the event loop, of so many real milliseconds each, in which nothing may happen. */
const turnsOfQuiet = 5
const millisOfTurn = 2
/** An effect may ask again and again without a wait, and without an end. */
const mostTurns = 500
/** Of the pool of Node, on which bodies are unpacked and digests made. */
const threads = 4

/**
 * Waits, in real time, until nothing has happened for some turns of the event loop. `mark` says what has happened until
 * now. What goes on by promises alone is waited for as long as these turns take.
 */
export const quiet = (mark: () => string): Effect.Effect<void> =>
  Effect.async<void>((resume) => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let isOver = false
    let turns = 0
    let still = 0
    let seen = mark()
    const next = () => {
      timer = setTimeout(() => void threadsAnswer().then(turn), millisOfTurn)
    }
    const turn = () => {
      if (isOver) return
      const now = mark()
      still = now === seen ? still + 1 : 0
      seen = now
      if (still < turnsOfQuiet && ++turns < mostTurns) next()
      else resume(Effect.void)
    }
    next()
    return Effect.sync(() => {
      isOver = true
      clearTimeout(timer)
    })
  })

/** What was given to the threads before this has been begun when each of them has answered. */
const threadsAnswer = async (): Promise<void> => {
  const subtle = globalThis.crypto?.subtle
  if (subtle === undefined) return
  await Promise.all(Array.from({ length: threads }, () => subtle.digest("SHA-256", new Uint8Array(1))))
}
