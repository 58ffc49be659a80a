import * as ByteSize from "effect/ByteSize"
import * as Effect from "effect/Effect"
import * as HttpIncomingMessage from "effect/http/HttpIncomingMessage"

/** The most bytes that a body may have that is read in this effect, by a client that heeds it. */
export const withMaxBodySize = <A, E, R>(effect: Effect.Effect<A, E, R>, bytes: number): Effect.Effect<A, E, R> =>
  Effect.provideService(effect, HttpIncomingMessage.MaxBodySize, ByteSize.bytes(bytes))
