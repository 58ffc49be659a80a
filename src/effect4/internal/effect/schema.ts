import * as Effect from "effect/Effect"
import { constUndefined } from "effect/Function"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as AST from "effect/SchemaAST"
import * as SchemaGetter from "effect/SchemaGetter"
import * as SchemaTransformation from "effect/SchemaTransformation"
import { like, within } from "./ast.js"

/* What schemas are put together of. */

/**
 * A schema by what its values are, and what they are encoded to. On Effect 3 it is `Schema.Schema`; on Effect 4 a
 * `Schema.Codec` that makes no other values: that one's `make` takes anything.
 *
 * @since 0.1.0
 * @category models
 */
export interface SchemaOf<A, I = A> extends Schema.Bottom<A, I, never, never, AST.AST, SchemaOf<A, I>, A, unknown> {}

/** A field with a value of its own where it is left out. */
export const defaulted = <S extends Schema.Top & Schema.WithoutConstructorDefault>(
  schema: S,
  value: () => S["Type"] & S["~type.make.in"]
) => schema.pipe(Schema.withConstructorDefault(Effect.sync(value)), Schema.withDecodingDefaultType(Effect.sync(value)))

export const defaultedTo = <S extends Schema.Top & Schema.WithoutConstructorDefault>(
  schema: S,
  value: S["Type"] & S["~type.make.in"]
) => defaulted(schema, () => value)

/** A set, which is a list on the way. */
export const setOf = <A, I>(schema: Schema.Codec<A, I>): SchemaOf<ReadonlySet<A>, ReadonlyArray<I>> =>
  typed(
    Schema.Array(schema).pipe(
      Schema.decodeTo(Schema.ReadonlySet(Schema.toType(schema)), {
        decode: SchemaGetter.transform((items: ReadonlyArray<A>): ReadonlySet<A> => new Set(items)),
        encode: SchemaGetter.transform((set: ReadonlySet<A>): ReadonlyArray<A> => [...set])
      })
    ).ast
  )

/** `"true"` or `"false"`. */
export const BooleanFromString = Schema.Literals(["true", "false"]).pipe(
  Schema.decodeTo(
    Schema.Boolean,
    SchemaTransformation.transform({
      decode: (text) => text === "true",
      encode: (value) => (value ? "true" : "false")
    })
  )
)

/** A schema by its syntax tree. */
export const typed = <A, I = A>(ast: AST.AST): SchemaOf<A, I> => Schema.make<SchemaOf<A, I>>(ast)

/** What a schema is annotated with, under a key of ours. */
export const annotationOf = (ast: AST.AST, key: string): unknown => AST.resolve(ast)?.[key]

/** Any text, with what describes another schema; those made at random are of that. */
export const describedText = (ast: AST.AST): AST.AST => {
  const { arbitraryConstraint, description, identifier } = AST.resolve(ast) ?? {}
  return Schema.String.check(
    // only what stands by a check is heeded by who makes values
    Schema.makeFilter(constUndefined, {
      ...(typeof description === "string" ? { description } : {}),
      ...(typeof identifier === "string" ? { identifier } : {}),
      ...(Predicate.isObject(arbitraryConstraint) ? { arbitraryConstraint } : {})
    })
  ).ast
}

/** A branded text; `wrong` says why it is none. */
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
): Schema.brand<Schema.String, B> => {
  const schema = Schema.make<Schema.brand<Schema.String, B>>(
    Schema.String.check(
      Schema.makeFilter(wrong, {
        identifier: brand,
        description,
        examples: [example],
        arbitraryConstraint: { patterns: [{ source: pattern(example), flags: "" }] }
      })
    ).ast,
    { schema: Schema.String, identifier: brand }
  )
  // an error of Effect 4 says no more than that something is wrong
  const make = (...[value, options]: Parameters<typeof schema.make>) => {
    const reason = options?.disableChecks === true ? undefined : wrong(String(value))
    if (reason !== undefined) throw new Error(`${brand} ${reason}`)
    return schema.make(value, options)
  }
  return Object.create(schema, { make: { value: make } })
}

/** A pattern of texts that look like an example, which is taken for one of a UUID and a host. */
const pattern = (example: string): string => {
  const host = /@.*$/.exec(example)?.[0] ?? ""
  return `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}${host.replaceAll(".", "\\.")}$`
}

/** Whatever a guard lets through; `expected` says of anything else what it should be. */
export const guarded = <A>(
  is: (input: unknown) => input is A,
  identifier: string,
  expected?: (input: unknown) => string
): SchemaOf<A> =>
  expected === undefined
    ? Schema.declare(is, { identifier })
    : typed<A>(
        Schema.Unknown.check(Schema.makeFilter((input) => (is(input) ? undefined : expected(input)))).annotate({
          identifier
        }).ast
      )

/** What a function makes of any JSON. It is for decoding alone. */
export const decodedBy = <A>(decode: (json: unknown) => Result.Result<A, Schema.SchemaError>): SchemaOf<A, unknown> =>
  Schema.Unknown.pipe(
    Schema.decodeTo(
      Schema.declare((_: unknown): _ is A => true),
      {
        decode: SchemaGetter.transformEffect((json) =>
          Effect.fromResult(Result.mapError(decode(json), ({ issue }) => issue))
        ),
        encode: SchemaGetter.transform(() => ({}))
      }
    )
  )

/** What a schema's values look like on the way, whatever they are allowed to be: `toEncoded` keeps the checks. */
export const shapeOf = <S extends Schema.Constraint>(schema: S): SchemaOf<S["Encoded"]> =>
  typed<S["Encoded"]>(withoutChecks(Schema.toEncoded(schema).ast))

const withoutChecks = (ast: AST.AST): AST.AST => {
  const { checks: _, ...rest } = ast
  return within(like(ast, rest), withoutChecks)
}

/** What values of a schema are drawn from. A field that is there has a value: Effect 4 would leave out most of them. */
export const drawn = (schema: Schema.ConstraintCodec<unknown, unknown>): SchemaOf<unknown> =>
  typed<unknown>(withValues(Schema.toType(schema).ast))

const withValues = (ast: AST.AST): AST.AST =>
  within(
    AST.isUnion(ast) && AST.isOptional(ast)
      ? like(ast, { ...ast, types: ast.types.filter((type) => !AST.isUndefined(type)) })
      : ast,
    withValues
  )

/** The same, but that any field may be left out. */
export const partial = <A extends object>(schema: Schema.Codec<A>): SchemaOf<Partial<A>> => {
  const { ast } = schema
  if (!AST.isObjects(ast)) throw new TypeError("only a struct has fields that can be left out")
  return typed<Partial<A>>(
    Schema.Struct(
      Object.fromEntries(
        ast.propertySignatures.map(({ name, type }) => [String(name), Schema.optionalKey(typed<unknown>(type))])
      )
    ).ast
  )
}

/** A field without a value where it is not there, or is not what `decode` makes something of. */
export const optionalBy = <A>(
  to: Schema.Codec<A>,
  decode: (value: unknown) => Option.Option<A>,
  encode: (value: A) => unknown
) =>
  Schema.optionalKey(Schema.Unknown).pipe(
    Schema.decodeTo(Schema.optionalKey(to), {
      decode: SchemaGetter.transformOptional(Option.flatMap(decode)),
      encode: SchemaGetter.transformOptional(Option.map(encode))
    })
  )
