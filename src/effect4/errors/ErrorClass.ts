import type { YieldableError } from "effect/Cause"
import type * as Schema from "effect/Schema"
import { lazySchema } from "../internal/lazySchema.js"

/**
 * What every error of this library carries, whichever copy of the package it was made by.
 *
 * @since 0.1.0
 * @category type ids
 */
export const TypeId: unique symbol = Symbol.for("effect-genesys-chats/ChatsError")
/**
 * @since 0.1.0
 * @category type ids
 */
export type TypeId = typeof TypeId

/**
 * A class of errors: a constructor and a schema.
 *
 * @since 0.1.0
 * @category models
 */
export interface ErrorClass<
  Self,
  Tag extends string,
  Fields extends Schema.Struct.Fields,
  // what an error says, and what it must be told: here both follow from the fields
  _Values = unknown,
  _Required extends keyof _Values = never
> extends Schema.Class<Self, Schema.TaggedStruct<Tag, Fields>, YieldableError> {
  readonly _tag: Tag
}

/** What {@link errorClass} is told of the class to make. */
interface Declared {
  readonly Type: unknown
  readonly _tag: string
  readonly fields: Schema.Struct.Fields
}

/** A class of errors that is put together when it is first needed, and whose errors carry the {@link TypeId}. */
export const errorClass = <Class extends Declared>(
  make: () => Schema.Class<Class["Type"], Schema.Struct<Class["fields"]>, YieldableError>
): Class =>
  lazySchema(() => {
    const made = make()
    Object.defineProperty(made.prototype, TypeId, { value: TypeId })
    // its tag is on it when it is finished
    return made as unknown as Class
  })
