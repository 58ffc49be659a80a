import * as Context from "effect/Context"

/**
 * How far a request has come. Whoever may interrupt a request provides one to it, and reads it afterwards:
 * an interruption has no error that could tell. A transport that does not know of it leaves it untold.
 */
export class Progress {
  private phase: "untold" | "waiting" | "started" = "untold"

  /** Before another request. */
  reset(): void {
    this.phase = "untold"
  }

  /** The transport has the request, and tells before any of it leaves. */
  waiting(): void {
    if (this.phase === "untold") this.phase = "waiting"
  }

  /** From here on bytes of the request may have left, whatever becomes of it. */
  started(): void {
    this.phase = "started"
  }

  /** Whether it is known that bytes of the request may have left. */
  get hasStarted(): boolean {
    return this.phase === "started"
  }

  get mayHaveArrived(): boolean {
    return this.phase !== "waiting"
  }
}

/** Passes on what it is told of another one, as long as that is the other's. */
export class PassedOn extends Progress {
  constructor(
    private readonly to: Progress,
    private readonly isIts: () => boolean
  ) {
    super()
  }

  override waiting(): void {
    if (this.isIts()) this.to.waiting()
  }

  override started(): void {
    if (this.isIts()) this.to.started()
  }

  override get mayHaveArrived(): boolean {
    return this.to.mayHaveArrived
  }
}

/** The progress of the request that is made in this context. */
export class RequestProgress extends Context.Tag("effect-genesys-chats/RequestProgress")<RequestProgress, Progress>() {}
