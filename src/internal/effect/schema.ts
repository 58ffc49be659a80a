import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import * as AST from "effect/SchemaAST"

/* What schemas are put together of. */

/**
 * A schema by what its values are, and what they are encoded to. On Effect 3 it is `Schema.Schema`; on Effect 4 a
 * `Schema.Codec` that makes no other values: that one's `make` takes anything.
 *
 * @since 0.1.0
 * @category models
 */
export type SchemaOf<A, I = A> = Schema.Schema<A, I>

/** A field with a value of its own where it is left out. */
export const defaulted = <S extends Schema.Schema.All>(schema: S, value: () => Schema.Schema.Type<S>) =>
  Schema.optionalWith(schema, { default: value })

export const defaultedTo = <S extends Schema.Schema.All>(schema: S, value: Schema.Schema.Type<S>) =>
  defaulted(schema, () => value)

/** A set, which is a list on the way. */
export const setOf = <A, I>(schema: Schema.Schema<A, I>): Schema.Schema<ReadonlySet<A>, ReadonlyArray<I>> =>
  Schema.ReadonlySet(schema)

/** `"true"` or `"false"`. */
export const BooleanFromString = Schema.BooleanFromString

/** A schema by its syntax tree. */
export const typed = <A, I = A>(ast: AST.AST): Schema.Schema<A, I> => Schema.make<A, I>(ast)

/** What a schema is annotated with, under a key of ours. */
export const annotationOf = (ast: AST.AST, key: string): unknown => ast.annotations[key]

/** Any text, with what describes another schema. */
export const describedText = ({ annotations }: AST.AST): AST.AST =>
  AST.annotations(Schema.String.ast, {
    [AST.IdentifierAnnotationId]: annotations[AST.IdentifierAnnotationId],
    [AST.DescriptionAnnotationId]: annotations[AST.DescriptionAnnotationId],
    [AST.ArbitraryAnnotationId]: annotations[AST.ArbitraryAnnotationId]
  })

/** A branded text; `wrong` says why it is none. Those made at random look like the example. */
export const brandedText = <const B extends string>(
  brand: B,
  {
    description,
    example,
    wrong
  }: {
    readonly description: string
    readonly example: string
    readonly wrong: (value: string) => string | undefined
  }
) =>
  Schema.String.pipe(
    Schema.filter(wrong, {
      identifier: brand,
      description,
      examples: [example],
      arbitrary: () => (fc) => fc.uuid().map((uuid) => example.replace(/^[^@]*/, uuid))
    }),
    Schema.brand(brand)
  )

/** Whatever a guard lets through; `expected` says of anything else what it should be. */
export const guarded = <A>(
  is: (input: unknown) => input is A,
  identifier: string,
  expected?: (input: unknown) => string
): Schema.Schema<A> =>
  Schema.declare(is, {
    identifier,
    ...(expected === undefined ? {} : { message: ({ actual }) => expected(actual) })
  })

/** What a function makes of any JSON. It is for decoding alone. */
export const decodedBy = <A>(
  decode: (json: unknown) => Either.Either<A, ParseResult.ParseError>
): Schema.Schema<A, unknown> =>
  Schema.transformOrFail(
    Schema.Unknown,
    Schema.declare((_: unknown): _ is A => true),
    {
      strict: true,
      decode: (json) => Either.mapLeft(decode(json), ({ issue }) => issue),
      encode: () => ParseResult.succeed({})
    }
  )

/** What a schema's values look like on the way, whatever they are allowed to be. */
export const shapeOf = <S extends Schema.Schema.AnyNoContext>(schema: S): Schema.Schema<Schema.Schema.Encoded<S>> =>
  Schema.encodedSchema(schema)

/** What values of a schema are drawn from. */
export const drawn = (schema: Schema.Schema.AnyNoContext): Schema.Schema<unknown> => Schema.typeSchema(schema)

/** A field without a value where it is not there, or is not what `decode` makes something of. */
export const optionalBy = <A>(
  to: Schema.Schema<A>,
  decode: (value: unknown) => Option.Option<A>,
  encode: (value: A) => unknown
) => Schema.optionalToOptional(Schema.Unknown, to, { decode: Option.flatMap(decode), encode: Option.map(encode) })

/** The same, but that any field may be left out. */
export const partial = <A extends object>(schema: Schema.Schema<A>): Schema.Schema<Partial<A>> =>
  Schema.partialWith(schema, { exact: true })
