import type * as DateTime from "effect/DateTime"
import * as Chats from "../Chats.js"
import * as DirectoryApi from "../DirectoryApi.js"
import type * as Endpoint from "../declaration.js"

/** Every endpoint that the emulator has: those of chat, and what a chat needs beyond. */
export const served = { ...Chats, ...DirectoryApi }

type Served = typeof served

/**
 * The name of an endpoint that the emulator has.
 *
 * @since 0.1.0
 * @category models
 */
export type Operation = keyof Served

/**
 * What stands in JSON (or in a URL) for a value of the library: dates are ISO strings and ids
 * are plain strings. The emulator writes this form itself, so that it checks the client's
 * encoding and decoding and does not share it.
 */
export type Wire<A> = A extends DateTime.DateTime | string
  ? string
  : A extends number | boolean | null | undefined | void
    ? A
    : A extends ReadonlyArray<infer Item>
      ? ReadonlyArray<Wire<Item>>
      : { readonly [K in keyof A]: Wire<A[K]> }

/** What an operation is given: path, query and body fields, checked, in wire form. */
export type Input<K extends Operation> = Wire<Endpoint.Endpoint.Input<Served[K]>>

/** What an operation answers with, in wire form; `undefined` is 204. */
export type Output<K extends Operation> = Wire<Endpoint.Endpoint.Success<Served[K]>>
