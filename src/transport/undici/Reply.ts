import * as Cookies from "@effect/platform/Cookies"
import * as Headers from "@effect/platform/Headers"
import * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as HttpIncomingMessage from "@effect/platform/HttpIncomingMessage"
import * as UrlParams from "@effect/platform/UrlParams"
import * as Chunk from "effect/Chunk"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Inspectable from "effect/Inspectable"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
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

  get [HttpClientResponse.TypeId](): HttpClientResponse.TypeId {
    return HttpClientResponse.TypeId
  }

  get [HttpIncomingMessage.TypeId](): HttpIncomingMessage.TypeId {
    return HttpIncomingMessage.TypeId
  }

  get headers(): Headers.Headers {
    this.cachedHeaders ??= Headers.fromInput(this.incoming)
    return this.cachedHeaders
  }

  get cookies(): Cookies.Cookies {
    return Cookies.fromSetCookie(this.incoming["set-cookie"] ?? [])
  }

  get remoteAddress(): Option.Option<string> {
    return Option.none()
  }

  get text(): Effect.Effect<string, HttpClientError.ResponseError> {
    return this.read(textOf)
  }

  get json(): Effect.Effect<unknown, HttpClientError.ResponseError> {
    return this.read(jsonOf)
  }

  get urlParamsBody(): Effect.Effect<UrlParams.UrlParams, HttpClientError.ResponseError> {
    return this.read(urlParamsOf)
  }

  get arrayBuffer(): Effect.Effect<ArrayBuffer, HttpClientError.ResponseError> {
    return this.read(bufferOf)
  }

  get formData(): Effect.Effect<FormData, HttpClientError.ResponseError> {
    return Effect.flatMap(this.arrayBuffer, (bytes) =>
      Effect.tryPromise({
        try: () => new Response(bytes, { headers: { "content-type": this.headers["content-type"] ?? "" } }).formData(),
        catch: (cause) => this.error(cause)
      })
    )
  }

  /** Ending it early ends the request. A body that is not whole yet can be had as a stream once. */
  get stream(): Stream.Stream<Uint8Array, HttpClientError.ResponseError> {
    return Stream.suspend(() =>
      this.body.stream()
        ? Stream.ensuring(
            Stream.repeatEffectChunkOption(this.next),
            Effect.sync(() => this.body.abort())
          )
        : Stream.filter(Stream.fromEffect(this.read(identity)), (bytes) => bytes.length > 0)
    )
  }

  private get next(): Effect.Effect<Chunk.Chunk<Uint8Array>, Option.Option<HttpClientError.ResponseError>> {
    return Effect.flatMap(this.body.next, (chunks) => {
      if (Chunk.isNonEmpty(chunks)) return Effect.succeed(chunks)
      const { failure, state } = this.body
      return Effect.fail(state === "failed" ? Option.some(this.error(failure)) : Option.none())
    })
  }

  /** What is made of the whole body: without a wait, if it is there. */
  private read<A>(make: (bytes: Uint8Array) => A): Effect.Effect<A, HttpClientError.ResponseError> {
    return Effect.withFiberRuntime<A, HttpClientError.ResponseError>((fiber) => {
      const limit = maxBodySize(fiber.currentContext)
      return this.body.state === "open" && !this.body.isStreamed
        ? Effect.flatMap(this.body.collect(limit), () => this.readNow(make, limit))
        : this.readNow(make, limit)
    })
  }

  private readNow<A>(make: (bytes: Uint8Array) => A, limit: number): Effect.Effect<A, HttpClientError.ResponseError> {
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

  private error(cause: unknown): HttpClientError.ResponseError {
    return new HttpClientError.ResponseError({ request: this.request, response: this, reason: "Decode", cause })
  }

  override toJSON(): unknown {
    return HttpIncomingMessage.inspect(this, {
      _id: "@effect/platform/HttpClientResponse",
      request: this.request.toJSON(),
      status: this.status
    })
  }
}

const lost = new FinalizationRegistry<Exchange>((body) => body.abort())

const maxBodySize = (context: Context.Context<never>): number => {
  const given: unknown = context.unsafeMap.get(HttpIncomingMessage.MaxBodySize.key)
  return Option.isOption(given) && Option.isSome(given) ? Number(given.value) : Number.POSITIVE_INFINITY
}

const utf8 = new TextDecoder()

const identity = (bytes: Uint8Array): Uint8Array => bytes
const textOf = (bytes: Uint8Array): string => utf8.decode(bytes)
const jsonOf = (bytes: Uint8Array): unknown => {
  const text = textOf(bytes)
  return text === "" ? null : JSON.parse(text)
}
const urlParamsOf = (bytes: Uint8Array) => UrlParams.fromInput(new URLSearchParams(textOf(bytes)))
const bufferOf = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer
