/**
 * Schemas that an endpoint of a user's own might have, and some that hopefully none has.
 */
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import { identity } from "effect/Function"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import * as AST from "effect/SchemaAST"
import { optional as nullable } from "../../src/internal/schema.js"

const { DateTimeUtc, NumberFromString, String: Text, Struct } = Schema
/** The same as the library's own, but a function that `compile.ts` does not know. */
const unknownNullable = <S extends Schema.Schema.All>(schema: S) => Schema.optionalWith(schema, { nullable: true })

class Point extends Schema.Class<Point>("Point")({ x: Schema.Number, y: nullable(NumberFromString) }) {}

class Shape extends Schema.TaggedClass<Shape>()("Shape", { at: Point }) {}

interface Tree {
  readonly value: string
  readonly children?: ReadonlyArray<Tree> | undefined
}
interface TreeEncoded {
  readonly value: string
  readonly children?: ReadonlyArray<TreeEncoded> | null | undefined
}
const Tree = Struct({
  value: Text,
  children: nullable(Schema.Array(Schema.suspend((): Schema.Schema<Tree, TreeEncoded> => Tree)))
})

interface List {
  readonly head: number
  readonly tail: List | null
}
interface ListEncoded {
  readonly head: string
  readonly tail: ListEncoded | null
}
const List = Struct({
  head: NumberFromString,
  tail: Schema.NullOr(Schema.suspend((): Schema.Schema<List, ListEncoded> => List))
})

const shout = (from: Schema.Schema<string>) =>
  Schema.transform(from, Text, { strict: true, decode: (s) => `${s}!`, encode: (s) => s.slice(0, -1) })

const throws = (message: string) => (): never => {
  throw new Error(message)
}

/** A field whose change is made by hand, so that it can be one that `Schema` has no name for. */
const changing = (
  from: Schema.Schema.Any,
  to: Schema.Schema.Any,
  decode: (o: Option.Option<unknown>) => Option.Option<unknown>,
  encode: (o: Option.Option<unknown>) => Option.Option<unknown>,
  fromOptional = true,
  toOptional = true
) =>
  Schema.make<unknown>(
    new AST.Transformation(
      new AST.TypeLiteral([new AST.PropertySignature("a", from.ast, fromOptional, true)], []),
      new AST.TypeLiteral([new AST.PropertySignature("a", to.ast, toOptional, true)], []),
      new AST.TypeLiteralTransformation([new AST.PropertySignatureTransformation("a", "a", decode, encode)])
    )
  )

const none = () => Option.none()

const twoFields = Struct({
  a: Schema.optionalWith(Text, { exact: true }),
  b: Schema.optionalWith(Text, { exact: true })
}).ast

export const oddSchemas: { readonly [name: string]: { readonly ast: AST.AST } } = {
  string: Text,
  never: Schema.Never,
  void: Schema.Void,
  object: Schema.Object,
  bigint: Schema.BigIntFromSelf,
  symbol: Schema.SymbolFromSelf,
  unknown: Schema.Unknown,
  enums: Schema.Enums({ A: "a", B: 12 }),
  template: Schema.TemplateLiteral("a", Text),
  uniqueSymbol: Schema.UniqueSymbolFromSelf(Symbol.iterator),
  "no fields": Struct({}),
  "required unknown": Struct({ a: Schema.Unknown, toString: Schema.Unknown, b: nullable(Schema.Unknown) }),
  "required undefined": Struct({ a: Schema.UndefinedOr(Text), id: Text, b: nullable(Schema.Null) }),
  "a field __proto__": Struct({ ["__proto__"]: Schema.Unknown, a: nullable(Text) }),
  "fields by symbol and number": Struct({ [Symbol.iterator]: nullable(Schema.Number), 1: Text, 0: Text }),
  optional: Struct({ a: Schema.optional(NumberFromString), b: Schema.optional(Schema.NullOr(DateTimeUtc)) }),
  "optional never": Struct({ a: Schema.optional(Schema.Never), id: nullable(Text) }),
  exact: Struct({
    a: Schema.optionalWith(Text, { exact: true }),
    b: Schema.optionalWith(NumberFromString, { exact: true, nullable: true })
  }),
  default: Struct({
    a: Schema.optionalWith(NumberFromString, { default: () => 1 }),
    b: Schema.optionalWith(Struct({ id: nullable(Text) }), { nullable: true, default: () => ({ id: "d" }) }),
    c: Schema.optionalWith(Text, { exact: true, default: () => "c" })
  }),
  "default that throws": Struct({ a: Schema.optionalWith(Text, { default: throws("default") }) }),
  "default that does not fit": Struct({
    a: Schema.optionalWith(Schema.NonEmptyString, { default: () => "" }),
    b: nullable(Schema.Number)
  }),
  "as Option": Struct({
    a: Schema.optionalWith(NumberFromString, { as: "Option" }),
    b: Schema.optionalWith(DateTimeUtc, { as: "Option", nullable: true, onNoneEncoding: () => Option.some(null) })
  }),
  "from another key": Struct({
    a: Schema.propertySignature(NumberFromString).pipe(Schema.fromKey("id")),
    b: nullable(Text)
  }),
  "swapped keys": Struct({
    a: Schema.propertySignature(Text).pipe(Schema.fromKey("b")),
    b: Schema.propertySignature(Text).pipe(Schema.fromKey("a"))
  }),
  renamed: Schema.rename(Struct({ id: Text, a: nullable(Schema.Number) }), { id: "key" }),
  attached: Schema.attachPropertySignature(Struct({ id: Text }), "kind", "circle"),
  "nullable by Schema": Struct({
    a: unknownNullable(NumberFromString),
    b: unknownNullable(Schema.Unknown),
    id: unknownNullable(Struct({ id: unknownNullable(DateTimeUtc), a: unknownNullable(Schema.NullOr(Text)) }))
  }),
  "change of what is encoded on its type's side": changing(Schema.Number, NumberFromString, identity, identity),
  "change of null to what takes none": changing(Schema.NullOr(Text), Text, identity, identity),
  "change to another filter": changing(
    Struct({ id: Text }).pipe(Schema.filter(() => true)),
    Struct({ id: Text }).pipe(Schema.filter(({ id }) => id.length > 2)),
    identity,
    identity
  ),
  "change to what drops the excess": changing(
    Struct({ id: Text }).annotations({ parseOptions: { onExcessProperty: "preserve" } }),
    Struct({ id: Text }),
    identity,
    identity
  ),
  "fields that change places": Schema.make<unknown>(
    new AST.Transformation(
      twoFields,
      twoFields,
      new AST.TypeLiteralTransformation([
        new AST.PropertySignatureTransformation("a", "b", identity, identity),
        new AST.PropertySignatureTransformation("b", "a", identity, identity)
      ])
    )
  ),
  "change to a required field": changing(Text, Schema.Unknown, none, identity, true, false),
  "change that encodes to nothing": changing(Text, Text, identity, none, false, true),
  "change to another type": changing(Text, NumberFromString, identity, identity),
  "change that throws": changing(Text, Text, throws("change"), throws("change back")),
  record: Schema.Record({ key: Text, value: NumberFromString }),
  "record of structs": Struct({
    a: nullable(Schema.Record({ key: Text, value: Struct({ id: nullable(Text) }) })),
    id: nullable(Schema.Record({ key: Text, value: Schema.Unknown }))
  }),
  "record of nulls": Struct({ a: nullable(Schema.Record({ key: Text, value: Schema.NullOr(Text) })), b: Schema.Any }),
  "record of refined keys": Schema.Record({ key: Text.pipe(Schema.minLength(2)), value: Schema.Unknown }),
  "record of template keys": Schema.Record({ key: Schema.TemplateLiteral("a", Text), value: Schema.Unknown }),
  "record of symbols": Schema.Record({ key: Schema.SymbolFromSelf, value: Schema.Unknown }),
  "record of literals": Schema.Record({ key: Schema.Literal("a", "id"), value: NumberFromString }),
  "struct and record": Schema.Struct({ id: Text }, { key: Text, value: Schema.Union(Text, Schema.Number) }),
  "struct and record, a changed field": Struct({
    a: nullable(Schema.Struct({ id: NumberFromString }, { key: Text, value: Text }))
  }),
  "struct and record, each with a value of its own": Schema.Struct(
    { id: NumberFromString },
    { key: Text, value: Text }
  ),
  "struct with optional fields, and record": Schema.Struct(
    { id: nullable(Text) },
    { key: Text, value: Schema.Unknown }
  ),
  array: Schema.Array(NumberFromString),
  "array of unknown": Schema.Array(Schema.Unknown),
  mutable: Schema.mutable(Schema.Array(nullableStruct())),
  "not empty": Schema.NonEmptyArray(NumberFromString),
  tuple: Schema.Tuple(Text, NumberFromString),
  "tuple with rest": Schema.Tuple([Text], NumberFromString, Schema.Boolean),
  "tuple with optional": Schema.Tuple(Text, Schema.optionalElement(NumberFromString)),
  "empty tuple": Schema.Tuple(),
  union: Schema.Union(NumberFromString, Text, Schema.Boolean, Schema.Null),
  "union of structs": Schema.Union(Struct({ a: NumberFromString }), Struct({ a: Text, id: nullable(Text) }), Text),
  "union, a tagged member last": Schema.Union(
    Struct({ id: Text }),
    Struct({ kind: Schema.Literal("a", "b"), id: Text }),
    Struct({ kind: Schema.Literal("c"), id: Text, a: nullable(Text) })
  ),
  "union, a tag that is transformed": Schema.Union(
    Struct({ id: Text }),
    Schema.transform(Struct({ kind: Schema.Literal("c"), id: Text }), Schema.typeSchema(Struct({ id: Text })), {
      strict: true,
      decode: ({ id }) => ({ id: `c${id}` }),
      encode: ({ id }) => ({ kind: "c" as const, id })
    })
  ),
  "union, a tag that is suspended": Schema.Union(
    Struct({ id: Text }),
    Schema.suspend(() => Struct({ kind: Schema.Literal("c"), id: Text }))
  ),
  "union, a tag of a class": Schema.Union(Struct({ at: Schema.Unknown }), Shape),
  "union, a tag of a class's type": Schema.Union(Struct({ at: Schema.Unknown }), Schema.typeSchema(Shape)),
  "union, a tagged tuple last": Schema.Union(
    Schema.Array(Schema.Unknown),
    Schema.Tuple(Schema.Literal("a"), NumberFromString)
  ),
  "optional union whose first type takes the second's": Struct({
    a: nullable(
      Schema.Union(
        Struct({ id: NumberFromString }),
        Schema.transform(Struct({ key: Text }), Struct({ id: Schema.Number, key: Text }), {
          strict: true,
          decode: ({ key }) => ({ id: 5, key }),
          encode: ({ key }) => ({ key })
        })
      )
    )
  }),
  "optional type that takes null": Struct({
    a: nullable(Schema.NullOr(Text)),
    b: nullable(
      Schema.transform(Schema.NullishOr(Text), Text, {
        strict: true,
        decode: (s) => s ?? "nothing",
        encode: (s) => (s === "nothing" ? null : s)
      })
    )
  }),
  refined: Text.pipe(Schema.minLength(1, { message: () => "not empty" }), Schema.maxLength(3), Schema.brand("Short")),
  "refined transformation": NumberFromString.pipe(Schema.int(), Schema.between(1, 20)),
  "refined struct": Struct({
    a: nullable(Struct({ id: nullable(NumberFromString), b: Text }).pipe(Schema.filter(({ b, id }) => b.length !== id)))
  }),
  "filter that throws": Struct({ a: Text.pipe(Schema.filter(throws("filter"))), b: Schema.Number }),
  "filter with a path": Struct({ a: Text, b: Text }).pipe(
    Schema.filter(({ a, b }) => (a === b ? { path: ["b"], message: "is a's" } : undefined))
  ),
  "filter that asks for the options": Struct({
    a: Text.pipe(Schema.filter((_, options) => options.errors !== "all")),
    b: nullable(Text)
  }),
  transform: Struct({ a: shout(Text), b: nullable(shout(Text)), id: Schema.Array(shout(Text)) }),
  "transform of the input's whole": Schema.transform(NumberFromString, Text, {
    strict: true,
    decode: (n, text) => `${n} of ${text}`,
    encode: (text, original) => text.length + original.length
  }),
  "transform that throws": Schema.transform(Text, Text, {
    strict: true,
    decode: throws("there"),
    encode: throws("back")
  }),
  "transform that throws at times": Schema.Union(
    Schema.transform(Text, Text, { strict: true, decode: decodeURIComponent, encode: encodeURIComponent }),
    Schema.Unknown
  ),
  "transform to what does not fit": Schema.transform(Text, Schema.NonEmptyString, {
    strict: false,
    decode: () => "",
    encode: () => 5
  }),
  composed: Schema.compose(Schema.compose(Text, NumberFromString), Schema.Int),
  trimmed: Schema.split(",").pipe(Schema.compose(Schema.Array(NumberFromString))),
  "or fail": Schema.transformOrFail(Text, Schema.Number, {
    strict: true,
    decode: (text, _, ast) =>
      text.length > 2 ? ParseResult.succeed(text.length) : ParseResult.fail(new ParseResult.Type(ast, text, "short")),
    encode: (n) => ParseResult.succeed("x".repeat(Math.abs(n % 10)))
  }),
  "by an Effect": Struct({
    a: nullable(
      Schema.transformOrFail(Text, Schema.Number, {
        strict: true,
        decode: (text) => Effect.succeed(text.length),
        encode: (n) => Effect.sync(() => String(n))
      })
    ),
    b: DateTimeUtc
  }),
  "by what takes time": Struct({
    a: Schema.transformOrFail(Text, Text, {
      strict: true,
      decode: (text) =>
        Effect.as(
          Effect.promise(() => Promise.resolve()),
          text
        ),
      encode: (text) =>
        Effect.as(
          Effect.promise(() => Promise.resolve()),
          text
        )
    })
  }),
  "by what dies": Schema.transformOrFail(Text, Text, {
    strict: true,
    decode: () => Effect.die("decoding"),
    encode: () => Effect.die("encoding")
  }),
  class: Point,
  "class in a struct": Struct({ a: nullable(Point), shapes: Schema.Array(Shape) }),
  declaration: Struct({
    a: Schema.DateFromSelf,
    b: nullable(Schema.OptionFromSelf(NumberFromString)),
    id: nullable(Schema.declare((u): u is string => typeof u === "string" && u !== ""))
  }),
  "option, set and map": Struct({
    a: nullable(Schema.Option(NumberFromString)),
    b: nullable(Schema.ReadonlySet(NumberFromString)),
    id: nullable(Schema.HashMap({ key: Text, value: DateTimeUtc }))
  }),
  data: Schema.Data(Struct({ a: Text, b: nullable(NumberFromString) })),
  "data from itself": Schema.DataFromSelf(Struct({ a: Text })).pipe(Schema.filter((data) => Equal.isEqual(data))),
  tree: Tree,
  list: List,
  dates: Struct({
    a: DateTimeUtc,
    b: nullable(DateTimeUtc.annotations({ description: "annotated" })),
    id: nullable(Schema.DateTimeUtcFromSelf)
  }),
  "other dates": Struct({
    a: nullable(Schema.Date),
    b: nullable(Schema.DateTimeUtcFromNumber),
    id: nullable(Schema.DateTimeZoned)
  }),
  "dates by the same transformation, from elsewhere": Schema.make<unknown>(
    new AST.Transformation(
      shout(Text).ast,
      Schema.DateTimeUtcFromSelf.ast,
      (Schema.DateTimeUtc.ast as AST.Transformation).transformation
    )
  ),
  json: Schema.parseJson(Struct({ a: nullable(NumberFromString) })),
  "preserves the excess": Struct({ a: nullable(Struct({ id: Text })), id: nullable(Text) }).annotations({
    parseOptions: { onExcessProperty: "preserve" }
  }),
  "refuses the excess": Struct({
    a: nullable(Struct({ id: Text }).annotations({ parseOptions: { onExcessProperty: "error" } }))
  }),
  "keeps the order": Struct({
    a: Struct({ id: Text, a: Text }).annotations({ parseOptions: { propertyOrder: "original" } })
  }),
  "exact by annotation": Struct({ a: Schema.Unknown, b: Schema.Unknown }).annotations({
    parseOptions: { exact: true }
  }),
  "falls back": Struct({
    a: nullable(Text.annotations({ decodingFallback: () => ParseResult.succeed("<fallback>") })),
    b: Text.pipe(Schema.minLength(2)).annotations({ decodingFallback: () => Effect.succeed("<effect>") })
  }),
  "messages, titles and more": Struct({
    a: Text.annotations({ message: () => ({ message: "own message", override: true }), title: "A" }),
    b: nullable(Schema.Number.annotations({ parseIssueTitle: () => "titled" })),
    id: Schema.propertySignature(Text).annotations({ missingMessage: () => "own: missing" })
  }),
  partial: Schema.partial(Struct({ a: Text, b: NumberFromString })),
  extended: Schema.extend(Struct({ a: nullable(Text) }), Schema.Record({ key: Text, value: Schema.Unknown })),
  picked: Struct({ a: nullable(NumberFromString), b: Text }).pick("a"),
  pluck: Schema.pluck(Struct({ a: NumberFromString }), "a")
}

function nullableStruct() {
  return Struct({ id: nullable(Text), a: nullable(Schema.Array(NumberFromString)) })
}

/** What no generator finds. */
export const oddInputs: { readonly [name: string]: ReadonlyArray<unknown> } = {
  "struct and record, each with a value of its own": [{ id: "12", a: "b" }],
  "struct and record, a changed field": [{ a: { id: "12", b: "c" } }, { a: { id: 12 } }],
  "transform of the input's whole": ["012", "1e3", " 7 "],
  "change to what drops the excess": [{ a: { id: "a", extra: 1 } }],
  "change to another filter": [{ a: { id: "a" } }, { a: { id: "abc" } }],
  "change of null to what takes none": [{ a: null }, { a: "a" }],
  "change of what is encoded on its type's side": [{ a: 1 }, { a: "1" }],
  "fields that change places": [{ a: "1", b: "2" }, { b: "2" }]
}
