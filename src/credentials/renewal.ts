import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"
import type * as Redacted from "effect/Redacted"
import type { CredentialsError } from "../ChatsError.js"
import { type AnyFiber, interruptNow } from "../internal/effect/fiber.js"

/** One run of a source of tokens, or one pause between two. */
export class Run {
  private fiber: AnyFiber | undefined
  /** It was interrupted because nobody waited any longer. */
  stopped = false

  /** One that is kept goes on though nobody waits. */
  constructor(public kept: boolean) {}

  begin(fiber: AnyFiber): void {
    this.fiber = fiber
  }

  stop(): void {
    if (this.kept || this.fiber === undefined) return
    this.stopped = true
    interruptNow(this.fiber)
  }
}

/** The run in which a source is asked: a grant whose secret works once keeps it from the moment it sends that. */
export class CurrentRun extends Context.Tag("effect-genesys-chats/Credentials/CurrentRun")<CurrentRun, Run>() {}

/** A token that is on its way, and how many wait for it. */
export class Renewal {
  readonly token = Deferred.unsafeMake<Redacted.Redacted, CredentialsError>(FiberId.none)
  /** Whoever begins it is the first of them. */
  private waiting = 1
  private current: Run | undefined

  get isAwaited(): boolean {
    return this.waiting > 0
  }

  join(): void {
    this.waiting++
  }

  leave(): void {
    this.waiting--
    if (!this.isAwaited) this.current?.stop()
  }

  /** An effect for those who wait: without them it does not begin, and is interrupted unless the run is kept. */
  during<A, E, R>(run: Run, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> {
    return Effect.withFiberRuntime((fiber) => {
      run.begin(fiber)
      this.current = run
      if (this.isAwaited) return effect
      run.stopped = true
      return Effect.interrupt
    })
  }
}
