import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import type * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as AST from "effect/SchemaAST"
import { drawn } from "./schema.js"

/* Values of a schema: made at random, and looked at. */

type AnySchema = Schema.ConstraintCodec<unknown, unknown>

/** A function of a schema that is put together once. */
const compiled = <A>(compile: (schema: AnySchema) => A) => {
  const known = new WeakMap<AnySchema, A>()
  return (schema: AnySchema): A => {
    const before = known.get(schema)
    if (before !== undefined) return before
    const now = compile(schema)
    known.set(schema, now)
    return now
  }
}

const arbitraryOf = compiled((schema) => Arbitrary.schema(drawn(schema)))

/** A value, by a seed. */
export const sample = (schema: AnySchema, seed: string): Effect.Effect<unknown> =>
  Arbitrary.sampleEffect(arbitraryOf(schema), { seed, count: 1 }).pipe(
    Effect.map(([value]): unknown => value),
    Effect.orDie
  )

/** Whether a value is one of a schema; what is wrong with it otherwise. */
export const validatorOf: (schema: AnySchema) => (value: unknown) => Result.Result<unknown, Schema.SchemaError> =
  compiled((schema) =>
    Schema.decodeUnknownResult(Schema.toType(schema), { errors: "all", onExcessProperty: "error", reportInput: true })
  )

/** The names of the fields that a value cannot do without. */
export const requiredFields = (schema: Schema.Constraint): ReadonlyArray<string> => {
  const ast = AST.toType(schema.ast)
  return AST.isObjects(ast)
    ? ast.propertySignatures.filter(({ type }) => !AST.isOptional(type)).map(({ name }) => String(name))
    : []
}

/** Whether a field cannot be left out. */
export const isRequired = ({ ast }: Schema.Constraint): boolean => !AST.isOptional(ast)
