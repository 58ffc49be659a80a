import * as ByteSize from "effect/ByteSize"
import * as Chunk from "effect/Chunk"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Cookies from "effect/http/Cookies"
import * as Headers from "effect/http/Headers"
import * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as HttpIncomingMessage from "effect/http/HttpIncomingMessage"
import * as UrlParams from "effect/http/UrlParams"
import * as Inspectable from "effect/Inspectable"
import * as Option from "effect/Option"
import { pipeArguments } from "effect/Pipeable"
import type * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { repeated } from "../../internal/effect/stream.js"
import * as Bounded from "../bounded.js"
import type { Exchange } from "./Exchange.js"

type IncomingHeaders = Readonly<Record<string, string | Array<string> | undefined>>

/**
 * A reply whose body may still be coming in. Whatever its framing, reading it whole is one wait; once
 * it is whole it can be read again and again. All readers but `stream` heed
 * `HttpIncomingMessage.MaxBodySize`: a longer body ends the request.
 */
export class Reply extends Inspectable.Class implements Bounded.BoundedResponse {
  private cachedHeaders: Headers.Headers | undefined = undefined
  private bytes: Uint8Array | undefined = undefined

  constructor(
    readonly request: HttpClientRequest.HttpClientRequest,
    readonly url: string,
    readonly status: number,
    private readonly incoming: IncomingHeaders,
    private readonly body: Exchange
  ) {
    super()
  }

  /**
   * To be called once it is handed over. By then a small body is whole. One that is not, and
   * that nobody will ever read, must not hold its connection.
   */
  abortWhenLost(): void {
    if (this.body.state === "open") lost.register(this, this.body)
  }

  get [Bounded.TypeId](): Bounded.TypeId {
    return Bounded.TypeId
  }

  get [HttpClientResponse.TypeId](): typeof HttpClientResponse.TypeId {
    return HttpClientResponse.TypeId
  }

  get [HttpIncomingMessage.TypeId](): typeof HttpIncomingMessage.TypeId {
    return HttpIncomingMessage.TypeId
  }

  get headers(): Headers.Headers {
    this.cachedHeaders ??= Headers.fromInput(this.incoming)
    return this.cachedHeaders
  }

  get cookies(): Cookies.Cookies {
    return Cookies.fromSetCookie(this.incoming["set-cookie"] ?? [])
  }

  /** undici hands over no connection to a client that only dispatches. */
  get upgrade(): HttpClientResponse.HttpClientResponse["upgrade"] {
    return Effect.fail(
      new HttpClientError.HttpClientError({
        reason: new HttpClientError.StatusCodeError({ request: this.request, response: this })
      })
    )
  }

  get remoteAddress(): Option.Option<string> {
    return Option.none()
  }

  get text(): Effect.Effect<string, HttpClientError.HttpClientError> {
    return this.read(textOf)
  }

  get json(): Effect.Effect<Schema.Json, HttpClientError.HttpClientError> {
    return this.read(jsonOf)
  }

  get urlParamsBody(): Effect.Effect<UrlParams.UrlParams, HttpClientError.HttpClientError> {
    return this.read(urlParamsOf)
  }

  get arrayBuffer(): Effect.Effect<ArrayBuffer, HttpClientError.HttpClientError> {
    return this.read(bufferOf)
  }

  get formData(): Effect.Effect<FormData, HttpClientError.HttpClientError> {
    return Effect.flatMap(this.arrayBuffer, (bytes) =>
      Effect.tryPromise({
        try: () => new Response(bytes, { headers: { "content-type": this.headers["content-type"] ?? "" } }).formData(),
        catch: (cause) => this.error(cause)
      })
    )
  }

  /** Ending it early ends the request. A body that is not whole yet can be had as a stream once. */
  get stream(): Stream.Stream<Uint8Array, HttpClientError.HttpClientError> {
    return Stream.suspend(() =>
      this.body.stream()
        ? Stream.ensuring(
            repeated(this.next),
            Effect.sync(() => this.body.abort())
          )
        : Stream.filter(Stream.fromEffect(this.read(identity)), (bytes) => bytes.length > 0)
    )
  }

  private get next(): Effect.Effect<ReadonlyArray<Uint8Array>, Option.Option<HttpClientError.HttpClientError>> {
    return Effect.flatMap(this.body.next, (chunks) => {
      if (Chunk.isNonEmpty(chunks)) return Effect.succeed(Chunk.toReadonlyArray(chunks))
      const { failure, state } = this.body
      return Effect.fail(state === "failed" ? Option.some(this.error(failure)) : Option.none())
    })
  }

  /** What is made of the whole body: without a wait, if it is there. */
  private read<A>(make: (bytes: Uint8Array) => A): Effect.Effect<A, HttpClientError.HttpClientError> {
    return Effect.withFiber<A, HttpClientError.HttpClientError>((fiber) => {
      const limit = maxBodySize(fiber.context)
      return this.body.state === "open" && !this.body.isStreamed
        ? Effect.flatMap(this.body.collect(limit), () => this.readNow(make, limit))
        : this.readNow(make, limit)
    })
  }

  private readNow<A>(make: (bytes: Uint8Array) => A, limit: number): Effect.Effect<A, HttpClientError.HttpClientError> {
    const { body } = this
    if (body.isStreamed) return Effect.fail(this.error(new TypeError("the body was taken as a stream")))
    if (body.state === "failed") return Effect.fail(this.error(body.failure))
    this.bytes ??= body.takeAll()
    if (this.bytes.length > limit) return Effect.fail(this.error(new Bounded.BodyTooLong(limit)))
    try {
      return Effect.succeed(make(this.bytes))
    } catch (cause) {
      return Effect.fail(this.error(cause))
    }
  }

  private error(cause: unknown): HttpClientError.HttpClientError {
    return new HttpClientError.HttpClientError({
      reason: new HttpClientError.DecodeError({ request: this.request, response: this, cause })
    })
  }

  pipe(): never {
    // biome-ignore lint/complexity/noArguments: as Effect takes them
    return pipeArguments(this, arguments) as never
  }

  override toJSON(): unknown {
    return HttpIncomingMessage.inspect(this, {
      _id: "effect/http/HttpClientResponse",
      request: this.request.toJSON(),
      status: this.status
    })
  }
}

const lost = new FinalizationRegistry<Exchange>((body) => body.abort())

const maxBodySize = (context: Context.Context<never>): number => {
  const given = Context.get(context, HttpIncomingMessage.MaxBodySize)
  return given === undefined ? Number.POSITIVE_INFINITY : ByteSize.toNumberUnsafe(given)
}

const utf8 = new TextDecoder()

const identity = (bytes: Uint8Array): Uint8Array => bytes
const textOf = (bytes: Uint8Array): string => utf8.decode(bytes)
const jsonOf = (bytes: Uint8Array): Schema.Json => {
  const text = textOf(bytes)
  return text === "" ? null : JSON.parse(text)
}
const urlParamsOf = (bytes: Uint8Array) => UrlParams.fromInput(new URLSearchParams(textOf(bytes)))
const bufferOf = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer
