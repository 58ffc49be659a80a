import type * as Either from "effect/Either"
import type { ChatMessageEntityListing, ChatMessageResponse } from "../../../domain/Message.js"
import type { Input, Operation, Output, Wire } from "../../operation.js"
import type { Permissions, UserRecord } from "../model.js"
import type { Org } from "../Org.js"
import type { Refusal } from "../Refusal.js"

/** Who calls and when. */
export interface Call {
  readonly org: Org
  /** The user of the token, or the bot of its client. */
  readonly caller: UserRecord
  /** Whether the token is a user's: a client's own has no user context. */
  readonly userContext: boolean
  /** The client that the token was given to; `undefined` where there is no token. */
  readonly clientId: string | undefined
  readonly permissions: Permissions
  /** The org's time, epoch milliseconds. */
  readonly now: number
}

/** One operation: it changes the org and answers in one synchronous step, so requests never see each other half done. */
export type Handler<K extends Operation> = (input: Input<K>, call: Call) => Either.Either<Reply<K>, Refusal>

/** The API declares one message, though a listing is what one expects: the emulator can send either. */
type Reply<K extends Operation> = K extends "getChatsUserMessages"
  ? Wire<ChatMessageEntityListing> | Wire<ChatMessageResponse>
  : Output<K>

/** Every operation has its handler, or it does not compile. */
export type Handlers = { readonly [K in Operation]: Handler<K> }
