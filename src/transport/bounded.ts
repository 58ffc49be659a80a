import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"

/** A body that is longer than it may be. */
export class BodyTooLong extends Error {
  override readonly name = "BodyTooLong"
  constructor(readonly limit: number) {
    super(`the body is longer than ${limit} bytes`)
  }
}

/**
 * What a response carries whose readers (`text`, `arrayBuffer` and the others) never keep more than
 * `HttpIncomingMessage.MaxBodySize`, and fail with {@link BodyTooLong} as the cause when there is
 * more. Bodies of any other response have to be counted as they stream.
 */
export const TypeId: unique symbol = Symbol.for("effect-genesys-chats/BoundedResponse")
export type TypeId = typeof TypeId

export interface BoundedResponse extends HttpClientResponse {
  readonly [TypeId]: TypeId
}

/** Also where it comes of another copy of this package. */
export const isBounded = (response: HttpClientResponse): response is BoundedResponse => TypeId in response
