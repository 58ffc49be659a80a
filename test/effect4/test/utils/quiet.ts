import { stat } from "node:fs"
import * as Effect from "effect/Effect"
import type * as Scheduler from "effect/Scheduler"

/** Some tests put other timers in the place of these. */
const { setImmediate, setTimeout } = globalThis

/** Promises that are settled are heard of within these turns of the event loop. */
const turnsOfQuiet = 10
/** Of Node's pool: what was given to them before has been begun when each has answered. */
const threads = 4
/** Somebody may ask again and again, without an end. */
const mostTurns = 1000

/** Whether anything is left to do for fibers, and for promises that wait for no timer. */
export class Quiet {
  private tasks = 0

  /** `rest`: for how many milliseconds nothing may have come of what other threads do, as ciphers are. */
  constructor(private readonly rest: number) {}

  /** Fibers go on by tasks: those of this scheduler are counted. */
  readonly scheduler = (scheduler: Scheduler.Scheduler): Scheduler.Scheduler => {
    const counted = () => this.tasks++
    return {
      executionMode: scheduler.executionMode,
      shouldYield: (fiber) => scheduler.shouldYield(fiber),
      makeDispatcher() {
        const dispatcher = scheduler.makeDispatcher()
        return {
          scheduleTask(task, priority) {
            counted()
            dispatcher.scheduleTask(task, priority)
          },
          flush: () => dispatcher.flush()
        }
      }
    }
  }

  readonly come: Effect.Effect<void> = Effect.callback<void>((resume) => {
    let quiet = 0
    let seen = this.tasks
    let turns = 0
    const turn = () => {
      quiet = seen === this.tasks ? quiet + 1 : 0
      seen = this.tasks
      if (quiet < turnsOfQuiet && ++turns < mostTurns) return void setImmediate(turn)
      if (this.rest === 0) return resume(Effect.void)
      setTimeout(() => {
        // on a busy machine the threads themselves are late
        let busy = threads
        const answered = () => {
          if (--busy === 0) (seen === this.tasks || turns >= mostTurns ? () => resume(Effect.void) : turn)()
        }
        for (let i = 0; i < threads; i++) stat(".", answered)
      }, this.rest)
    }
    setImmediate(turn)
  })
}
