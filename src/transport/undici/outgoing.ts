import * as Headers from "@effect/platform/Headers"
import type * as HttpBody from "@effect/platform/HttpBody"
import type { HttpClientRequest } from "@effect/platform/HttpClientRequest"
import * as Predicate from "effect/Predicate"
import type { Dispatcher } from "undici"
import { type AnyFiber, surroundingsOf } from "../../internal/effect/fiber.js"
import { toAsyncIterable } from "../../internal/effect/stream.js"

/** The body of a request as undici takes it, with the headers that go with it. */
export interface Outgoing {
  readonly headers: Headers.Headers
  readonly body: NonNullable<Dispatcher.DispatchOptions["body"]>
  /** The request is over: what makes the body is no longer needed. */
  readonly stop?: ((cause: unknown) => void) | undefined
}

/** `undefined` where there is no body. A stream runs with the surroundings of the fiber that sends it. */
export const outgoingOf = ({ body, headers }: HttpClientRequest, fiber: AnyFiber): Outgoing | undefined => {
  switch (body._tag) {
    case "Empty":
      return undefined
    case "Uint8Array":
      return { headers, body: body.body }
    case "Raw":
      return raw(body.body, headers)
    case "FormData":
      return form(body.formData, headers)
    case "Stream":
      return streamed(body, headers, fiber)
  }
}

/** A stream makes a chunk when undici asks for one, in a fiber that `stop` interrupts. */
const streamed = ({ stream }: HttpBody.Stream, headers: Headers.Headers, fiber: AnyFiber): Outgoing | undefined => {
  const chunks = toAsyncIterable(stream, surroundingsOf(fiber))
  let iterator: AsyncIterator<Uint8Array> | undefined
  const body = {
    [Symbol.asyncIterator]: () => {
      iterator = chunks[Symbol.asyncIterator]()
      return iterator
    }
  }
  return isBody(body) ? { headers, body, stop: () => iterator?.return?.() } : undefined
}

const raw = (body: unknown, headers: Headers.Headers): Outgoing | undefined =>
  isBody(body) ? { headers, body, stop: isReadable(body) ? (cause) => destroy(body, cause) : undefined } : undefined

/** undici cannot read Node's own `FormData`, only the one that it exports: Node's is encoded here. */
const form = (formData: FormData, headers: Headers.Headers): Outgoing | undefined => {
  if (!(formData instanceof FormData)) return raw(formData, headers)
  const encoded = new Response(formData)
  const type = headers["content-type"] ?? encoded.headers.get("content-type") ?? "multipart/form-data"
  return raw(encoded.body, Headers.set(headers, "content-type", type))
}

/** undici takes more than its types say, anything that can be iterated, and says itself what it does not take. */
const isBody = (body: unknown): body is Outgoing["body"] => body !== null && body !== undefined

interface Readable {
  readonly on: (event: "error", listener: () => void) => unknown
  readonly destroy: (error?: Error) => unknown
}

const isReadable = (body: unknown): body is Readable =>
  Predicate.hasProperty(body, "on") &&
  Predicate.isFunction(body.on) &&
  Predicate.hasProperty(body, "destroy") &&
  Predicate.isFunction(body.destroy)

const destroy = (body: Readable, cause: unknown): void => {
  // the request's error tells of it already
  body.on("error", nothing)
  body.destroy(cause instanceof Error ? cause : undefined)
}

const nothing = (): void => {}
