import type { HttpClientRequest } from "@effect/platform/HttpClientRequest"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import type { Dispatcher } from "undici"
import { BodyTooLong } from "../bounded.js"
import { NoReply } from "../NoReply.js"
import type { Progress } from "../RequestProgress.js"
import type { Outgoing } from "./outgoing.js"

/** What nobody reads yet is kept up to so many bytes; then the connection waits. */
const highWaterMark = 64 * 1024

/** Is told once, one way or the other. */
export interface Listener {
  readonly replied: (status: number, headers: Dispatcher.ResponseData["headers"]) => void
  readonly failed: (failure: NoReply | BodyTooLong) => void
}

/**
 * One request and its reply, as undici tells of them: first the reply, then its body as it comes in.
 * It refers to nothing any more when it is over, since a closure of `Effect.async` may outlive it.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  /** `open` until the body is whole, or cannot be. */
  state: "open" | "whole" | "failed" = "open"
  failure: NoReply | BodyTooLong | undefined = undefined
  private started = false
  private listener: Listener | undefined = undefined
  private controller: Dispatcher.DispatchController | undefined = undefined
  private reader: "none" | "whole" | "stream" = "none"
  private limit = Number.POSITIVE_INFINITY
  private chunks: Array<Uint8Array> = []
  private size = 0
  private sleepers: Array<() => void> = []

  constructor(
    private request: HttpClientRequest | undefined,
    private outgoing: Outgoing | undefined,
    private progress: Progress | undefined
  ) {}

  start(dispatcher: Dispatcher, target: URL, listener: Listener): void {
    const { outgoing, request } = this
    if (request === undefined) return
    this.listener = listener
    this.progress?.waiting()
    try {
      dispatcher.dispatch(
        {
          origin: target.origin,
          path: target.pathname + target.search,
          method: request.method,
          headers: outgoing?.headers ?? request.headers,
          body: outgoing?.body ?? null
        },
        this
      )
    } catch (cause) {
      this.fail(cause)
    }
  }

  /** Ends the request; nothing to one that is over. */
  abort(failure: unknown = new Aborted()): void {
    const { controller } = this
    if (this.state !== "open") return
    this.fail(failure)
    controller?.abort(new Aborted())
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // it may have been aborted while it waited for a connection: then undici sends nothing of it
    if (this.state !== "open") return controller.abort(new Aborted())
    this.controller = controller
    this.started = true
    this.progress?.started()
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Dispatcher.ResponseData["headers"]): void {
    const { listener } = this
    // 103 and its like come before the reply
    if (status < 200 || listener === undefined) return
    this.listener = undefined
    listener.replied(status, headers)
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Uint8Array): void {
    if (this.state !== "open" || chunk.length === 0) return
    this.size += chunk.length
    if (this.size > this.limit) return this.abort(new BodyTooLong(this.limit))
    this.chunks.push(chunk)
    if (this.reader !== "whole" && this.size >= highWaterMark) this.controller?.pause()
    if (this.reader === "stream") this.wake()
  }

  onResponseEnd(): void {
    if (this.state === "open") this.end("whole")
  }

  onResponseError(_: Dispatcher.DispatchController, cause: Error): void {
    this.fail(cause)
  }

  /** Whether a stream has the body, or had it: nobody else can. */
  get isStreamed(): boolean {
    return this.reader === "stream"
  }

  /** Lets a stream have the body, if it is the first reader, and the body is not whole yet. */
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

  /** Waits until the body is whole, has failed or is longer than `limit`; an interruption ends the request. */
  collect(limit: number): Effect.Effect<void> {
    this.limit = Math.min(this.limit, limit)
    if (this.size > this.limit) this.abort(new BodyTooLong(this.limit))
    return this.state === "open" ? this.sleep("whole") : Effect.void
  }

  /** All bytes of a whole body, once. */
  takeAll(): Uint8Array {
    const { chunks, size } = this
    this.chunks = []
    return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : concat(chunks, size)
  }

  private fail(cause: unknown): void {
    if (this.state !== "open") return
    const { listener } = this
    this.failure = cause instanceof BodyTooLong ? cause : new NoReply(this.started, cause)
    this.end("failed")
    listener?.failed(this.failure)
  }

  private end(state: "whole" | "failed"): void {
    const { failure, outgoing } = this
    this.state = state
    this.controller = undefined
    this.listener = undefined
    this.request = undefined
    this.outgoing = undefined
    this.progress = undefined
    this.wake()
    outgoing?.stop?.(failure)
  }

  private sleep(reader: "whole" | "stream"): Effect.Effect<void> {
    return Effect.async((resume) => {
      if (this.state !== "open") return resume(Effect.void)
      this.reader = reader
      this.sleepers.push(() => resume(Effect.void))
      this.flow()
      return Effect.sync(() => this.abort())
    })
  }

  private wake(): void {
    const { sleepers } = this
    if (sleepers.length === 0) return
    this.sleepers = []
    for (const resume of sleepers) resume()
  }

  private drain(): Chunk.Chunk<Uint8Array> {
    const { chunks } = this
    this.chunks = []
    this.size = 0
    this.flow()
    return Chunk.unsafeFromArray(chunks)
  }

  /** May bring more data, and even the end, before it returns. */
  private flow(): void {
    if (this.controller?.paused) this.controller.resume()
  }
}

/** Why a request ended whose reply, or the rest of it, was no longer wanted. */
class Aborted extends Error {
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
