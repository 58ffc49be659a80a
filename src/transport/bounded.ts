import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"

/** A body that is longer than it may be. */
export class BodyTooLong extends Error {
  override readonly name = "BodyTooLong"
  constructor(readonly limit: number) {
    super(`the body is longer than ${limit} bytes`)
  }
}

/**
 * Marks a response whose readers (`text`, `arrayBuffer` and the others) never keep more than
 * `HttpIncomingMessage.MaxBodySize`, and fail with {@link BodyTooLong} as the cause when there is
 * more. Bodies of any other response have to be counted as they stream.
 */
export const heedsMaxBodySize: unique symbol = Symbol.for("effect-genesys-chats/heedsMaxBodySize")

export const isBounded = (response: HttpClientResponse): boolean => heedsMaxBodySize in response
