import * as Brand from "effect/Brand"
import type * as ByteSize from "effect/ByteSize"
import * as Effect from "effect/Effect"
import * as HttpIncomingMessage from "effect/http/HttpIncomingMessage"

/** The most bytes that a body may have that is read in this effect, by a client that heeds it. */
export const withMaxBodySize = <A, E, R>(effect: Effect.Effect<A, E, R>, bytes: number): Effect.Effect<A, E, R> =>
  Effect.provideService(effect, HttpIncomingMessage.MaxBodySize, byteSize(BigInt(bytes)))

/** As `ByteSize.bytes`, which would bring the units and all their names along. */
const byteSize = /*#__PURE__*/ Brand.nominal<ByteSize.ByteSize>()
