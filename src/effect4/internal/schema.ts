import * as Arr from "effect/Array"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import { type SchemaOf, typed } from "./effect/schema.js"
import { lazySchema } from "./lazySchema.js"

/** What becomes of a field by `optional` as it is decoded, so that `compile.ts` can tell it from any other function. */
export const dropsNull = new WeakSet<object>()

/**
 * A key that may be left out. `undefined` counts as left out in either
 * direction, `null` does when it comes from the service.
 */
export const optional = <S extends Schema.Top>(schema: S) => {
  const decode = SchemaGetter.transformOptional(Option.filter(Predicate.isNotNull<S["Type"] | null | undefined>))
  dropsNull.add(decode)
  return Schema.optional(Schema.NullOr(schema)).pipe(
    Schema.decodeTo(Schema.optional(Schema.toType(schema)), { decode, encode: SchemaGetter.passthrough() })
  )
}

/** Any JSON: what the API does not say the shape of. */
export const anything = lazySchema(() => Schema.Unknown)

/**
 * An open enum: the known values complete in the editor, any other string
 * decodes too, because the service adds values.
 */
export const openEnum = <const Known extends ReadonlyArray<string>>(
  identifier: string,
  ...known: Known
): SchemaOf<Known[number] | (string & {}), string> =>
  lazySchema(() =>
    typed<Known[number] | (string & {}), string>(
      Schema.String.annotate({
        identifier,
        ...(Arr.isReadonlyArrayNonEmpty(known) ? { examples: known } : {})
      }).ast
    )
  )
