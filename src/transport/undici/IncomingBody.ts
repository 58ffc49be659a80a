import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import type { Dispatcher } from "undici"

/** What nobody reads yet is kept up to so many bytes; then the connection waits. */
const highWaterMark = 64 * 1024

type Wake = (effect: Effect.Effect<void>) => void

/**
 * The body of a reply as it comes in. It keeps nothing of what it gave away, and nothing at all
 * when it is over: V8 keeps the closures of `Effect.async`, and what they hold, until a major collection.
 */
export class IncomingBody {
  /** `open` until it is whole or cannot be. */
  state: "open" | "whole" | "failed" = "open"
  failure: unknown = undefined
  private reader: "none" | "whole" | "stream" = "none"
  private chunks: Array<Uint8Array> = []
  private size = 0
  private sleepers: Array<Wake> | undefined = undefined
  private controller: Dispatcher.DispatchController | undefined = undefined

  /** `over` is told when it is over, once. */
  constructor(private owner: { readonly over: () => void } | undefined) {}

  /** Whether a stream has it, or had it: nobody else can. */
  get isStreamed(): boolean {
    return this.reader === "stream"
  }

  /** Waits until it is whole, or has failed; an interruption ends the request. */
  get ended(): Effect.Effect<void> {
    return this.sleep("whole")
  }

  /** All bytes of a whole body, once. */
  takeAll(): Uint8Array {
    const { chunks, size } = this
    this.chunks = []
    return chunks.length > 1 ? concat(chunks, size) : (chunks[0] ?? noBytes)
  }

  /** Lets a stream have it, if it is the first reader, and the body is not whole yet. */
  stream(): boolean {
    if (this.reader !== "none" || this.state === "whole") return false
    this.reader = "stream"
    return true
  }

  /** For a stream: what has come, after waiting for some; empty when there is no more. */
  get next(): Effect.Effect<Chunk.Chunk<Uint8Array>> {
    return Effect.suspend(() =>
      this.size > 0 || this.state !== "open"
        ? Effect.succeed(this.drain())
        : Effect.map(this.sleep("stream"), () => this.drain())
    )
  }

  start(controller: Dispatcher.DispatchController): void {
    // it may have been aborted while it waited for a connection
    if (this.state === "open") this.controller = controller
    else controller.abort(new Aborted())
  }

  push(chunk: Uint8Array): void {
    if (this.state !== "open" || chunk.length === 0) return
    this.chunks.push(chunk)
    this.size += chunk.length
    if (this.reader !== "whole" && this.size >= highWaterMark) this.controller?.pause()
    if (this.reader === "stream") this.wake()
  }

  complete(): void {
    if (this.state === "open") this.end("whole")
  }

  fail(cause: unknown): void {
    if (this.state !== "open") return
    this.failure = cause
    this.end("failed")
  }

  /** Ends the request: the cause is for who waits for it, undici is told that it was wanted. */
  abort(cause: unknown): void {
    const { controller } = this
    if (this.state !== "open") return
    this.fail(cause)
    controller?.abort(new Aborted())
  }

  private end(state: "whole" | "failed"): void {
    const { owner } = this
    this.state = state
    this.controller = undefined
    this.owner = undefined
    this.wake()
    owner?.over()
  }

  private sleep(reader: "whole" | "stream"): Effect.Effect<void> {
    return Effect.async((resume) => {
      if (this.state !== "open") return resume(Effect.void)
      this.reader = reader
      this.sleepers = this.sleepers === undefined ? [resume] : [...this.sleepers, resume]
      this.flow()
      return Effect.sync(() => this.abort(new Aborted()))
    })
  }

  private wake(): void {
    const { sleepers } = this
    if (sleepers === undefined) return
    this.sleepers = undefined
    for (const resume of sleepers) resume(Effect.void)
  }

  private drain(): Chunk.Chunk<Uint8Array> {
    const { chunks } = this
    this.chunks = []
    this.size = 0
    this.flow()
    return Chunk.unsafeFromArray(chunks)
  }

  /** May call `push`, and even `complete`, before it returns. */
  private flow(): void {
    if (this.controller?.paused) this.controller.resume()
  }
}

/** Why a request ended whose reply, or the rest of it, was no longer wanted. */
export class Aborted extends Error {
  override readonly name = "AbortError"
  readonly code = "UND_ERR_ABORTED"
  constructor() {
    super("the request was aborted")
  }
}

const concat = (chunks: ReadonlyArray<Uint8Array>, size: number): Uint8Array => {
  const bytes = new Uint8Array(size)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.length
  }
  return bytes
}

const noBytes = new Uint8Array(0)
