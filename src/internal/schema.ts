import * as Arr from "effect/Array"
import * as Schema from "effect/Schema"
import { lazySchema } from "./lazySchema.js"

/** What becomes of a field by `optional` as it is decoded, so that `compile.ts` can tell it from any other function. */
export const dropsNull = new WeakSet<object>()

/**
 * A key that may be left out. `undefined` counts as left out in either
 * direction, `null` does when it comes from the service.
 */
export const optional = <S extends Schema.Schema.All>(schema: S): Schema.optionalWith<S, { nullable: true }> => {
  const field = Schema.optionalWith(schema, { nullable: true })
  if (field.ast._tag === "PropertySignatureTransformation") dropsNull.add(field.ast.decode)
  return field
}

/** Any JSON: what the API does not say the shape of. */
export const anything = lazySchema(() =>
  Schema.make<unknown>(
    Schema.Unknown.annotations({
      // once through JSON, which has no -0
      arbitrary: () => (fc) => fc.jsonValue().map((value): unknown => JSON.parse(JSON.stringify(value)))
    }).ast
  )
)

/**
 * An open enum: the known values complete in the editor, any other string
 * decodes too, because the service adds values.
 */
export const openEnum = <const Known extends ReadonlyArray<string>>(
  identifier: string,
  ...known: Known
): Schema.Schema<Known[number] | (string & {}), string> =>
  lazySchema(() =>
    Schema.make<Known[number] | (string & {}), string>(
      Schema.String.annotations({
        identifier,
        ...(Arr.isNonEmptyReadonlyArray(known) ? { examples: known } : {}),
        arbitrary: () => (fc) => (known.length > 0 ? fc.oneof(fc.constantFrom(...known), fc.string()) : fc.string())
      }).ast
    )
  )
