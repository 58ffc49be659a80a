import type { YieldableError } from "effect/Cause"
import type * as Schema from "effect/Schema"
import type * as AST from "effect/SchemaAST"
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
 * A class of errors: a constructor and a schema. It is declared here and not left to inference, which
 * would work out every field of every class in each file that names one.
 *
 * @since 0.1.0
 * @category models
 */
export interface ErrorClass<
  Self,
  Tag extends string,
  Fields extends Schema.Struct.Fields,
  Values,
  Required extends keyof Values = never
> extends Schema.Schema<Self, Schema.Struct.Encoded<Tagged<Tag, Fields>>> {
  new (props: Props<Values, Required>, options?: Schema.MakeOptions): Values & YieldableError & { readonly _tag: Tag }
  make(props: Props<Values, Required>, options?: Schema.MakeOptions): Self
  annotations(
    annotations: Schema.Annotations.Schema<Self>
  ): Schema.Schema<Self, Schema.Struct.Encoded<Tagged<Tag, Fields>>>
  readonly _tag: Tag
  readonly ast: AST.Transformation
  readonly fields: Tagged<Tag, Fields>
  readonly identifier: string
}

/** The fields of a class of errors, its tag among them. */
type Tagged<Tag extends string, Fields> = { readonly _tag: Schema.tag<Tag> } & Fields

/** What an error is made from. Anything that has a default may be left out or be `undefined`. */
export type Props<Values, Required extends keyof Values> = [Required] extends [never]
  ? void | Optional<Values>
  : Pick<Values, Required> & Optional<Omit<Values, Required>>

type Optional<Values> = { readonly [K in keyof Values]?: Values[K] | undefined }

/** What {@link errorClass} is told of the class to make. */
interface Declared {
  readonly Type: unknown
  readonly _tag: string
  readonly fields: Schema.Struct.Fields
}

/** A class of errors that is put together when it is first needed, and whose errors carry the {@link TypeId}. */
export const errorClass = <Class extends Declared>(
  make: () => Schema.TaggedErrorClass<Class["Type"], Class["_tag"], Class["fields"]>
): Class =>
  lazySchema(() => {
    const made = make()
    Object.defineProperty(made.prototype, TypeId, { value: TypeId })
    // the constructor takes a default for what is undefined, which Effect's type does not say
    return made as unknown as Class
  })
