import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import type * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import * as Hash from "effect/Hash"
import type * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import * as AST from "effect/SchemaAST"
import { drawn } from "./schema.js"

/* Values of a schema: made at random, and looked at. */

/** A function of a schema that is put together once. */
const compiled = <A>(compile: (schema: Schema.Schema.AnyNoContext) => A) => {
  const known = new WeakMap<Schema.Schema.AnyNoContext, A>()
  return (schema: Schema.Schema.AnyNoContext): A => {
    const before = known.get(schema)
    if (before !== undefined) return before
    const now = compile(schema)
    known.set(schema, now)
    return now
  }
}

const arbitraryOf = compiled((schema): FastCheck.Arbitrary<unknown> => Arbitrary.make(drawn(schema)))

/** A value, by a seed. */
export const sample = (schema: Schema.Schema.AnyNoContext, seed: string): Effect.Effect<unknown> =>
  Effect.sync(() => {
    const [value] = FastCheck.sample(arbitraryOf(schema), { seed: Hash.string(seed), numRuns: 1 })
    return value
  })

/** Whether a value is one of a schema; what is wrong with it otherwise. */
export const validatorOf: (
  schema: Schema.Schema.AnyNoContext
) => (value: unknown) => Either.Either<unknown, ParseResult.ParseError> = compiled((schema) =>
  Schema.validateEither(schema, { errors: "all", onExcessProperty: "error" })
)

/** The names of the fields that a value cannot do without. */
export const requiredFields = (schema: Schema.Schema.All): ReadonlyArray<string> =>
  AST.getPropertySignatures(AST.typeAST(schema.ast))
    .filter(({ isOptional }) => !isOptional)
    .map(({ name }) => String(name))

/** Whether a field cannot be left out. */
export const isRequired = ({ ast }: Schema.Struct.Field): boolean =>
  ast._tag !== "PropertySignatureTransformation" || !ast.to.isOptional
