import * as Predicate from "effect/Predicate"

const TypeId: unique symbol = Symbol.for("effect-genesys-chats/NoReply")

/**
 * Why a request has no whole reply, from a transport that knows whether any of it can have left this
 * process. It stands in the chain of causes of an `HttpClientError`, and holds nothing of the request.
 */
export class NoReply extends Error {
  readonly [TypeId] = TypeId
  override readonly name = "NoReply"
  /** The code of its cause, as Node and undici give them. */
  readonly code: string | undefined

  constructor(
    readonly mayHaveArrived: boolean,
    cause: unknown
  ) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.code = Predicate.hasProperty(cause, "code") && typeof cause.code === "string" ? cause.code : undefined
  }
}

/** Also where it comes of another copy of this package. */
export const isNoReply = (u: unknown): u is NoReply => Predicate.hasProperty(u, TypeId)
