/**
 * What the errors are declared to be is what their schemas say: neither has a field more, or another type.
 * Nothing here runs.
 */
import type * as Cause from "effect/Cause"
import type * as Schema from "effect/Schema"
import { ChatsError } from "effect-genesys-chats"

type Equal<X, Y> = (<T>() => T extends X ? 1 : 2) extends <T>() => T extends Y ? 1 : 2 ? true : false
type Expect<T extends true> = T
/** An `Error` has a message that can be written, an error of a schema one that cannot. */
type Flat<T> = { readonly [K in keyof T]: T[K] }

type Errors = typeof ChatsError
/** What an error has of its own. */
type Declared<Class extends abstract new (...args: never) => unknown> = Flat<
  Omit<InstanceType<Class>, Exclude<keyof Cause.YieldableError, "message">>
>
interface Class extends Schema.Schema.Any {
  new (...args: never): unknown
  readonly _tag: string
  readonly fields: Schema.Struct.Fields
}

/** The names of the classes whose instances are not as their schemas say. */
type Wrong = {
  [K in keyof Errors]: Errors[K] extends Class
    ? Equal<Declared<Errors[K]>, Flat<Schema.Struct.Type<Errors[K]["fields"]>>> extends true
      ? never
      : K
    : never
}[keyof Errors]
type Checked = { [K in keyof Errors]: Errors[K] extends Class ? K : never }[keyof Errors]

export type AllAreAsTheirSchemas = [
  Expect<Equal<Wrong, never>>,
  Expect<Equal<Checked, ChatsError.ChatsError["_tag"]>>,
  Expect<Equal<(typeof ChatsError.byStatus)[404], typeof ChatsError.NotFound>>,
  Expect<Equal<Extract<keyof typeof ChatsError.byStatus, number>, ChatsError.Status>>
]

/** These must compile. */
export const made = () => [
  new ChatsError.NotFound(),
  new ChatsError.NotFound({}),
  new ChatsError.NotFound({ message: undefined, attempts: undefined, code: undefined }),
  ChatsError.NotFound.make({ code: "not.found" }),
  new ChatsError.TransportError({ reason: "Reset", mayHaveArrived: true, code: undefined })
]

/** Each line must not compile, for the one reason that is given. */
export const refused = () => [
  // @ts-expect-error another status
  new ChatsError.NotFound({ status: 400 }),
  // @ts-expect-error a field that there is not
  new ChatsError.NotFound({ retryAfter: undefined }),
  // @ts-expect-error the status is missing
  new ChatsError.UnexpectedStatus(),
  // @ts-expect-error what must be said may not be undefined
  new ChatsError.TransportError({ reason: undefined, mayHaveArrived: true })
]
