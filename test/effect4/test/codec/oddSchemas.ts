/**
 * Schemas that an endpoint of a user's own might have, and some that hopefully none has.
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as AST from "effect/SchemaAST"
import * as SchemaGetter from "effect/SchemaGetter"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaTransformation from "effect/SchemaTransformation"
import { optional as nullable } from "../../src/internal/schema.js"

const { Array: List, DateTimeUtcFromString: Dates, Literal, NumberFromString, String: Text, Struct, Union } = Schema

/** The same as the library's own, but a function that `compile.ts` does not know. */
const unknownNullable = <S extends Schema.Top>(schema: S) =>
  Schema.optional(Schema.NullOr(schema)).pipe(
    Schema.decodeTo(Schema.optional(Schema.toType(schema)), {
      decode: SchemaGetter.transformOptional(Option.filter((value) => value !== null)),
      encode: SchemaGetter.passthrough()
    })
  )

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
  children: nullable(List(Schema.suspend((): Schema.Codec<Tree, TreeEncoded> => Tree)))
})

interface Linked {
  readonly head: number
  readonly tail: Linked | null
}
interface LinkedEncoded {
  readonly head: string
  readonly tail: LinkedEncoded | null
}
const Linked = Struct({
  head: NumberFromString,
  tail: Schema.NullOr(Schema.suspend((): Schema.Codec<Linked, LinkedEncoded> => Linked))
})

/** A schema by way of two functions, whatever they take and give. */
const by = (
  from: Schema.Top,
  to: Schema.Top,
  decode: SchemaGetter.Getter<unknown, unknown>,
  encode: SchemaGetter.Getter<unknown, unknown> = SchemaGetter.passthrough()
) =>
  Schema.make<Schema.Codec<unknown>>(
    AST.decodeTo(from.ast, to.ast, new SchemaTransformation.Transformation(decode, encode))
  )

const { transform, transformEffect, transformOptional, transformOptionalEffect } = SchemaGetter

const pass = SchemaGetter.passthrough<unknown>()

const shout = (from: Schema.Top) =>
  by(
    from,
    Text,
    transform((s) => `${s}!`),
    transform((s) => String(s).slice(0, -1))
  )

/** A field that has a value where it is missing, and has none where it is `"none"`. */
const outOfNothing = (from: Schema.Top, to: Schema.Top) =>
  by(
    from,
    to,
    transformOptional((o: Option.Option<unknown>) =>
      Option.isNone(o) ? Option.some("was missing") : Option.filter(o, (value) => value !== "none")
    ),
    transformOptional((o: Option.Option<unknown>) => Option.orElseSome(o, () => "none"))
  )

const throws = (message: string) => (): never => {
  throw new Error(message)
}

const failing = (text: unknown) => Effect.fail(new SchemaIssue.InvalidValue({ message: "does not fit" }, text))

const isLong = Schema.makeFilter((text: string) => text.length > 2)

const handled = Text.check(isLong).pipe(Schema.catchDecoding(() => Effect.succeedSome("caught")))

/** Whose instances `Schema` tells apart by a tag, whatever the guard says. */
const told = (tag: string) =>
  Schema.declare((u): u is unknown => typeof u === "object" && u !== null, {
    "~sentinels": [{ key: "tag", literal: tag }]
  })

const hold = (ast: AST.AST) => Schema.make<Schema.Codec<unknown>>(ast)

export const oddSchemas: { readonly [name: string]: { readonly ast: AST.AST } } = {
  string: Text,
  never: Schema.Never,
  void: Schema.Void,
  object: Schema.ObjectKeyword,
  bigint: Schema.BigInt,
  symbol: Schema.Symbol,
  unknown: Schema.Unknown,
  zero: Schema.Literals([0, 1]),
  enums: Schema.Enum({ A: "a", B: 12 }),
  template: Schema.TemplateLiteral(["a", Text]),
  uniqueSymbol: Schema.UniqueSymbol(Symbol.iterator),
  "no fields": Struct({}),
  "required unknown": Struct({ a: Schema.Unknown, toString: Schema.Unknown, b: nullable(Schema.Unknown) }),
  "required undefined": Struct({ a: Schema.UndefinedOr(Text), id: Text, b: nullable(Schema.Null) }),
  "required void, symbol and class": Struct({ a: Schema.Void, id: Schema.Symbol, b: Point }),
  "fields that every object inherits": Struct({
    constructor: Schema.optional(Schema.Unknown),
    id: nullable(Struct({ toString: nullable(Schema.Unknown), valueOf: Schema.optional(Text) }))
  }),
  "a field __proto__": Struct({ ["__proto__"]: Schema.Unknown, a: nullable(Text) }),
  "fields by symbol and number": Struct({ [Symbol.iterator]: nullable(Schema.Number), 1: Text, 0: Text }),
  "a field twice": hold(
    new AST.Objects(
      [new AST.PropertySignature("a", Text.ast), new AST.PropertySignature("a", Schema.optionalKey(shout(Text)).ast)],
      []
    )
  ),
  optional: Struct({ a: Schema.optional(NumberFromString), b: Schema.optional(Schema.NullOr(Dates)) }),
  "optional never": Struct({ a: Schema.optional(Schema.Never), id: nullable(Text) }),
  "optional key": Struct({ a: Schema.optionalKey(Text), b: Schema.optionalKey(NumberFromString) }),
  default: Struct({
    a: NumberFromString.pipe(Schema.withDecodingDefaultType(Effect.succeed(1))),
    b: Struct({ id: nullable(Text) }).pipe(Schema.withDecodingDefault(Effect.sync(() => ({ id: "d" })))),
    c: Text.pipe(Schema.withDecodingDefaultKey(Effect.succeed("c"))),
    id: Text.pipe(Schema.withConstructorDefault(Effect.succeed("id")))
  }),
  "default that throws": Struct({ a: Text.pipe(Schema.withDecodingDefault(Effect.sync(throws("default")))) }),
  "default that fails": Struct({
    a: Text.pipe(Schema.withDecodingDefault(Effect.fail(new SchemaIssue.InvalidValue({ message: "none" }))))
  }),
  "default that does not fit": Struct({
    a: by(
      Schema.optionalKey(Text),
      Text.check(isLong),
      transformOptional(() => Option.some("")),
      pass
    ),
    b: nullable(Schema.Number)
  }),
  "as Option": Struct({
    a: Schema.OptionFromOptional(NumberFromString),
    b: Schema.OptionFromOptionalNullOr(Dates),
    id: Schema.OptionFromNullOr(Text)
  }),
  "from another key": Struct({ a: NumberFromString, b: nullable(Text) }).pipe(Schema.encodeKeys({ a: "id" })),
  "swapped keys": Struct({ a: Text, b: Text }).pipe(Schema.encodeKeys({ a: "b", b: "a" })),
  "nullable by hand": Struct({
    a: unknownNullable(NumberFromString),
    b: unknownNullable(Schema.Unknown),
    id: unknownNullable(Struct({ id: unknownNullable(Dates), a: unknownNullable(Schema.NullOr(Text)) }))
  }),
  "nullable, changed on": Struct({
    a: by(
      nullable(Text),
      Schema.optional(Schema.Null),
      transform(() => null),
      pass
    ),
    b: Schema.optional(Text).pipe(Schema.decodeTo(nullable(Text), { decode: pass, encode: pass } as never))
  }),
  "nullable, by its function alone": Struct({
    a: by(Schema.NullOr(Text), Schema.optional(Text), dropping()),
    b: by(Schema.optional(Schema.NullOr(Text)), Schema.optional(Text.check(isLong)), dropping()),
    id: by(Schema.NullishOr(Text), Text, dropping())
  }),
  "nullable in an array": List(nullable(Text)),
  "nullable in a union": Struct({ a: Union([nullable(Text), Schema.Number]), b: Text }),
  "nullable in a record": hold(
    new AST.Objects([], [new AST.IndexSignature(Text.ast, Union([nullable(Text), Schema.Number]).ast)])
  ),
  "a value out of nothing": Struct({
    a: outOfNothing(Text, Text),
    b: outOfNothing(Schema.optionalKey(Text), Schema.optionalKey(Text)),
    id: outOfNothing(outOfNothing(Text, Text), Text)
  }),
  "a value out of nothing, suspended": Struct({
    a: Schema.suspend(() => outOfNothing(Text, Text)),
    b: Schema.optional(Schema.suspend(() => outOfNothing(Text, Text))),
    id: shout(Schema.suspend(() => outOfNothing(Text, Text)))
  }),
  "a value out of nothing, by an effect": Struct({
    a: by(
      Schema.optional(Text),
      Text,
      transformOptionalEffect((o: Option.Option<unknown>) =>
        Option.isNone(o) ? Effect.succeedSome("was missing") : o.value === "fail" ? failing("") : Effect.succeed(o)
      ),
      transformOptionalEffect((o: Option.Option<unknown>) =>
        Option.isNone(o) ? Effect.die("none") : Effect.succeed(o)
      )
    )
  }),
  "change of what is encoded on its type's side": by(Schema.Number, NumberFromString, transform(String)),
  "change of null to what takes none": by(Schema.NullOr(Text), Text, pass),
  "change to another filter": by(
    Struct({ id: Text }).check(Schema.makeFilter(() => true)),
    Struct({ id: Text }).check(Schema.makeFilter(({ id }) => id.length > 2)),
    pass
  ),
  "change to other fields": Struct({
    a: by(Struct({ id: Text, b: Text }), Struct({ b: Text, id: Text }), pass),
    b: by(Struct({ id: Text, b: Text }), Struct({ id: Text }), pass),
    id: by(Struct({ id: Schema.optionalKey(Text) }), Struct({ id: Text }), pass)
  }),
  "change to another literal": by(Literal("a"), Literal("b"), pass),
  "change to what inherits": by(
    Struct({ toString: Schema.optionalKey(Text) }),
    Struct({ toString: Schema.optionalKey(Text) }),
    pass
  ),
  "change of one of two to one": by(
    Union([Struct({ id: Text, a: Text }), Struct({ id: Text })]),
    Struct({ id: Text }),
    pass
  ),
  "change between unions": by(Union([Text, Schema.Number]), Union([Schema.Number, Schema.Null]), pass),
  "change between unions of structs": by(
    Union([Struct({ id: Text }), Struct({ key: Text, a: Text })]),
    Union([Struct({ id: Text }), Struct({ key: Text })]),
    pass
  ),
  "change that gives nothing": by(
    Schema.Unknown,
    Text,
    transformOptional(() => Option.none()),
    pass
  ),
  "change that gives nothing, optional": Struct({
    a: by(
      Text,
      Schema.optionalKey(Text),
      transformOptional(() => Option.none()),
      pass
    ),
    b: by(
      Schema.optionalKey(Text),
      Text,
      pass,
      transformOptional(() => Option.none())
    )
  }),
  "change that throws": by(Text, Text, transform(throws("change")), transform(throws("change back"))),
  "changes one by one": by(
    by(
      by(Text, Schema.Number, transform(Number)),
      Schema.Number,
      transform((n) => Number(n) + 1)
    ),
    Schema.Unknown,
    transform((n) => ({ n }))
  ),
  "changes in one chain": hold(
    Object.assign(Object.create(Object.getPrototypeOf(Text.ast)), Text.ast, {
      encoding: [
        new AST.Link(Schema.Number.ast, new SchemaTransformation.Transformation(transform(String), transform(Number))),
        new AST.Link(
          NumberFromString.ast,
          new SchemaTransformation.Transformation(
            transform((n) => Number(n) * 2),
            transform((n) => Number(n) / 2)
          )
        )
      ]
    })
  ),
  record: Schema.Record(Text, NumberFromString),
  "record of structs": Struct({
    a: nullable(Schema.Record(Text, Struct({ id: nullable(Text) }))),
    id: nullable(Schema.Record(Text, Schema.Unknown))
  }),
  "record of nulls": Struct({ a: nullable(Schema.Record(Text, Schema.NullOr(Text))), b: Schema.Any }),
  "record of checked keys": Schema.Record(Text.check(isLong), Schema.Unknown),
  "record of changed keys": Schema.Record(shout(Text) as never, Schema.Unknown),
  "record of template keys": Schema.Record(Schema.TemplateLiteral(["a", Text]), Schema.Unknown),
  "record of symbols": Schema.Record(Schema.Symbol, Schema.Unknown),
  "record of literals": Schema.Record(Schema.Literals(["a", "id"]), NumberFromString),
  "record of a number": hold(
    new AST.Objects(
      [new AST.PropertySignature(0, shout(Text).ast)],
      [new AST.IndexSignature(Text.ast, Schema.Unknown.ast)]
    )
  ),
  "struct and record": Schema.StructWithRest(Struct({ id: Text }), [Schema.Record(Text, Union([Text, Schema.Number]))]),
  "struct and record, a changed field": Struct({
    a: nullable(Schema.StructWithRest(Struct({ id: NumberFromString }), [Schema.Record(Text, Schema.Unknown)]))
  }),
  "struct and record, each with a value of its own": Schema.StructWithRest(
    Struct({ a: Struct({ id: NumberFromString }) }),
    [Schema.Record(Text, Struct({ id: Schema.Number }))] as never
  ),
  "struct and two records": Schema.StructWithRest(Struct({ id: Text }), [
    Schema.Record(Schema.TemplateLiteral(["a", Text]), Text),
    Schema.Record(Schema.TemplateLiteral(["b", Text]), Schema.Unknown)
  ]),
  "struct with optional fields, and record": Schema.StructWithRest(Struct({ id: nullable(Text) }), [
    Schema.Record(Text, Schema.Unknown)
  ]),
  array: List(NumberFromString),
  "array of unknown": List(Schema.Unknown),
  mutable: Schema.mutable(List(nullableStruct())),
  "array of optional": hold(new AST.Arrays(false, [], [Schema.optionalKey(shout(Text)).ast])),
  "array of what may be nothing": hold(
    new AST.Arrays(
      false,
      [],
      [
        by(
          Text,
          Schema.optionalKey(Text),
          transformOptional(() => Option.none())
        ).ast
      ]
    )
  ),
  "not empty": Schema.NonEmptyArray(NumberFromString),
  tuple: Schema.Tuple([Text, NumberFromString]),
  "tuple with rest": Schema.TupleWithRest(Schema.Tuple([Text]), [NumberFromString, Schema.Boolean]),
  "tuple with optional": Schema.Tuple([Text, Schema.optionalKey(NumberFromString)]),
  "empty tuple": Schema.Tuple([]),
  unique: Schema.UniqueArray(Text),
  union: Union([NumberFromString, Text, Schema.Boolean, Schema.Null]),
  "union of none": Union([]),
  "union, one of": Union([Struct({ a: Text }), Struct({ b: Text })], { mode: "oneOf" }),
  "optional union, one of": Struct({ a: nullable(Union([Text, Schema.Unknown], { mode: "oneOf" })) }),
  "union of structs": Union([Struct({ a: NumberFromString }), Struct({ a: Text, id: nullable(Text) }), Text]),
  "union, a member that fails late": Union([Struct({ id: NumberFromString, a: Schema.Boolean }), Struct({ id: Text })]),
  "union, a tagged member last": Union([
    Struct({ id: Text }),
    Struct({ kind: Schema.Literals(["a", "b"]), id: Text }),
    Struct({ kind: Literal("c"), id: Text, a: nullable(Text) })
  ]),
  "union of tagged members": Union([
    Struct({ kind: Literal("a"), id: Text }),
    Struct({ kind: Literal("b"), id: NumberFromString }),
    Struct({ kind: Literal("b"), of: Literal("c"), id: Text })
  ]),
  "union, tags by two keys": Union([
    Struct({ kind: Literal("a"), a: Schema.Unknown }),
    Struct({ of: Literal("b"), b: Schema.Unknown })
  ]),
  "union, a tag that is inherited": Union([Struct({ kind: Literal("a") }), Schema.Record(Text, Schema.Unknown)]),
  "union, a tag that is transformed": Union([
    Struct({ id: Text }),
    Struct({ kind: Literal("c"), id: Text }).pipe(
      Schema.decodeTo(Struct({ id: Text }), {
        decode: transform(({ id }) => ({ id: `c${id}` })),
        encode: transform(({ id }) => ({ kind: "c" as const, id }))
      })
    )
  ]),
  "union, a tag that may be made of nothing": Union([
    Struct({ kind: outOfNothing(Literal("c"), Text), id: Text }),
    Struct({ id: Text })
  ]),
  "union, a tag with a default": Union([
    Struct({ kind: Literal("c").pipe(Schema.withDecodingDefault(Effect.succeed("c" as const))), id: Text }),
    Struct({ kind: Literal("d"), id: Schema.Number })
  ]),
  "union, a tag that is suspended": Union([
    Struct({ id: Text }),
    Schema.suspend(() => Struct({ kind: Literal("c"), id: Text }))
  ]),
  "union, a tag of a class": Union([Struct({ at: Schema.Unknown }), Shape]),
  "union, a tag of a class's type": Union([Struct({ at: Schema.Unknown }), Schema.toType(Shape)]),
  "union, tags of declarations": Union([told("a"), told("b"), Struct({ id: Text })]),
  "union, a union of tags of declarations": Union([Union([told("a")]), by(told("b"), Schema.Unknown, pass)]),
  "union, a tagged tuple last": Union([List(Schema.Unknown), Schema.Tuple([Literal("a"), NumberFromString])]),
  "union, a tuple whose tag is made of nothing": Union([
    Schema.Tuple([outOfNothing(Literal("a"), Text)]),
    Schema.Tuple([Text, Text])
  ]),
  "union, of what throws": Union([
    by(
      Text,
      Text,
      transform((s) => decodeURIComponent(String(s))),
      transform((s) => encodeURIComponent(String(s)))
    ),
    Schema.Unknown
  ]),
  "union, of what dies": Union([
    by(
      Text,
      Text,
      transformEffect(() => Effect.die("dies"))
    ),
    Schema.Unknown
  ]),
  "union, of what fails": Union([by(Text, Text, transformEffect(failing), transformEffect(failing)), Schema.Unknown]),
  "union, of what handles": Union([Struct({ a: handled }), Schema.Unknown]),
  "optional union whose first type takes the second's": Struct({
    a: nullable(
      Union([
        Struct({ id: NumberFromString }),
        Struct({ key: Text }).pipe(
          Schema.decodeTo(Struct({ id: Schema.Number, key: Text }), {
            decode: transform(({ key }) => ({ id: 5, key })),
            encode: transform(({ key }) => ({ key }))
          })
        )
      ])
    )
  }),
  "optional union of leaves": Struct({
    a: nullable(Union([Schema.Number, Schema.Literals(["a", "b"])])),
    b: Schema.optional(nullable(Schema.Literals(["a", "b"])))
  }),
  "optional type that takes null": Struct({
    a: nullable(Schema.NullOr(Text)),
    b: nullable(
      by(
        Schema.NullishOr(Text),
        Text,
        transform((s) => s ?? "nothing"),
        transform((s) => (s === "nothing" ? null : s))
      )
    )
  }),
  "optional record and struct, a field that changes": Struct({
    a: nullable(Schema.StructWithRest(Struct({ id: NumberFromString }), [Schema.Record(Text, Text)] as never))
  }),
  "optional record and struct": Struct({
    a: nullable(Schema.StructWithRest(Struct({ id: Text }), [Schema.Record(Text, Schema.Unknown)])),
    b: nullable(Schema.StructWithRest(Struct({ id: shout(Text) }), [Schema.Record(Text, Text.check(isLong))] as never))
  }),
  checked: Text.check(Schema.isMinLength(1, { message: "not empty" }), Schema.isMaxLength(3)).pipe(
    Schema.brand("Short")
  ),
  "checked in groups": Text.check(
    Schema.makeFilterGroup([isLong, Schema.makeFilterGroup([Schema.isMaxLength(9), Schema.isTrimmed()])]),
    isLong.abort()
  ),
  "checked, a guard": Text.pipe(Schema.refine((s): s is "ab" => s === "ab")),
  "checked transformation": NumberFromString.check(Schema.isInt(), Schema.isBetween({ minimum: 1, maximum: 20 })),
  "checked on either side": by(
    Text.check(isLong),
    Schema.Number.check(Schema.isInt()),
    transform(Number),
    transform(String)
  ),
  "checked struct": Struct({
    a: nullable(
      Struct({ id: nullable(NumberFromString), b: Text }).check(Schema.makeFilter(({ b, id }) => b.length !== id))
    )
  }),
  "checked struct of dates": Struct({ a: Dates, b: nullable(Dates) }).check(
    Schema.makeFilter(({ b }) => b === undefined || typeof b === "object")
  ),
  "checked as it is encoded": Schema.flip(
    Struct({ id: shout(Text), a: nullable(Struct({ id: NumberFromString })) }).check(
      Schema.makeFilter(({ id }) => id.endsWith("a!"))
    ) as never
  ),
  "checked array and record": Struct({
    a: List(NumberFromString).check(Schema.isMinLength(2)),
    b: Schema.Record(Text, NumberFromString).check(Schema.isMinProperties(1)),
    id: Union([NumberFromString, Text]).check(Schema.makeFilter((value) => value !== "a"))
  }),
  "check that throws": Struct({ a: Text.check(Schema.makeFilter(throws("check"))), b: Schema.Number }),
  "check that fails before one that throws": Text.check(isLong, Schema.makeFilter(throws("check"))),
  "check with a path": Struct({ a: Text, b: Text }).check(
    Schema.makeFilter(({ a, b }) => (a === b ? { path: ["b"], issue: "is a's" } : undefined))
  ),
  "check that asks for the options": Struct({
    a: Text.check(Schema.makeFilter((_, _ast, options) => options.errors !== "all")),
    b: nullable(Text)
  }),
  transform: Struct({ a: shout(Text), b: nullable(shout(Text)), id: List(shout(Text)) }),
  "transform to what does not fit": by(
    Text,
    Text.check(isLong),
    transform(() => ""),
    transform(() => 5)
  ),
  trimmed: Schema.Trim.pipe(Schema.decodeTo(NumberFromString)),
  composed: Text.pipe(Schema.decodeTo(NumberFromString), Schema.decodeTo(Schema.Int)),
  "or fail": by(
    Text,
    Schema.Number,
    transformEffect((text) => (String(text).length > 2 ? Effect.succeed(String(text).length) : failing(text))),
    transformEffect((n) => Effect.succeed("x".repeat(Math.abs(Number(n) % 10))))
  ),
  "by an Effect": Struct({
    a: nullable(
      by(
        Text,
        Schema.Number,
        transformEffect((text) => Effect.succeed(String(text).length)),
        transformEffect((n) => Effect.sync(() => String(n)))
      )
    ),
    b: Dates
  }),
  "by what takes time": Struct({
    a: by(
      Text,
      Text,
      transformEffect((text) =>
        Effect.as(
          Effect.promise(() => Promise.resolve()),
          text
        )
      ),
      transformEffect((text) =>
        Effect.as(
          Effect.promise(() => Promise.resolve()),
          text
        )
      )
    )
  }),
  "by what dies": by(
    Text,
    Text,
    transformEffect(() => Effect.die("decoding")),
    transformEffect(() => Effect.die("encoding"))
  ),
  handled: Struct({ a: handled, b: Schema.optionalKey(handled), id: nullable(handled) }),
  "handled with nothing": Struct({
    a: Text.pipe(Schema.catchDecoding(() => Effect.succeedNone)),
    b: by(Text.pipe(Schema.catchDecoding(() => Effect.succeedNone)), Text, pass),
    id: outOfNothing(Text.pipe(Schema.catchDecoding(() => Effect.succeedNone)), Text)
  }),
  "handled as it is encoded": Struct({
    a: NumberFromString.pipe(Schema.catchEncoding(() => Effect.succeedSome("caught")))
  }),
  class: Point,
  "class in a struct": Struct({ a: nullable(Point), shapes: List(Shape) }),
  "class's type": Schema.toType(Shape),
  declaration: Struct({
    a: Schema.Date,
    b: nullable(Schema.Option(NumberFromString)),
    id: nullable(Schema.declare((u): u is string => typeof u === "string" && u !== ""))
  }),
  "declaration that throws": Struct({ a: Schema.declare(throws("guard")), b: Text }),
  "option, set and map": Struct({
    a: nullable(Schema.Option(NumberFromString)),
    b: nullable(Schema.ReadonlySet(NumberFromString)),
    id: nullable(Schema.HashMap(Text, Dates))
  }),
  redacted: Struct({ a: Schema.Redacted(Text), b: nullable(Schema.RedactedFromValue(Text)) }),
  tree: Tree,
  list: Linked,
  dates: Struct({
    a: Dates,
    b: nullable(Dates.annotate({ description: "annotated" })),
    id: nullable(Schema.DateTimeUtc)
  }),
  "checked dates": Struct({
    a: Dates.check(Schema.makeFilter(({ epochMilliseconds }) => epochMilliseconds % 2 === 0)),
    b: nullable(Dates.check(Schema.makeFilter(({ epochMilliseconds }) => epochMilliseconds % 2 === 0)))
  }),
  "other dates": Struct({
    a: nullable(Schema.DateFromString),
    b: nullable(Schema.DateTimeUtcFromMillis),
    id: nullable(Schema.DateTimeZonedFromString)
  }),
  "dates by another transformation": by(
    Text,
    Schema.DateTimeUtc,
    transform((text) => DateTime.makeUnsafe(String(text).length)),
    transform(String)
  ),
  "dates by the same transformation, from elsewhere": hold(
    AST.decodeTo(shout(Text).ast, Schema.DateTimeUtc.ast, dateFromString())
  ),
  "dates by the same transformation, from some": hold(
    AST.decodeTo(Text.check(Schema.isMaxLength(20)).ast, Schema.DateTimeUtc.ast, dateFromString())
  ),
  json: Schema.fromJsonString(Struct({ a: nullable(NumberFromString) })),
  "messages, titles and more": Struct({
    a: Text.annotate({ message: "own message", title: "A" }),
    b: nullable(Schema.Number.annotate({ title: "titled" })),
    id: Text.pipe(Schema.annotateKey({ messageMissingKey: "own: missing" }))
  }),
  "mutable keys": Struct({ a: Schema.mutableKey(Text), b: Schema.mutableKey(nullable(NumberFromString)) }),
  flipped: Schema.flip(Struct({ a: nullable(NumberFromString), b: Dates, id: Schema.optional(shout(Text)) }) as never)
}

function nullableStruct() {
  return Struct({ id: nullable(Text), a: nullable(List(NumberFromString)) })
}

/** The function of a field by `optional`. */
function dropping(): SchemaGetter.Getter<unknown, unknown> {
  return transformationOf(nullable(Text)).decode
}

function dateFromString() {
  return transformationOf(Dates)
}

function transformationOf({ ast }: { readonly ast: AST.AST }) {
  const transformation = ast.encoding?.[0].transformation
  if (transformation?._tag !== "Transformation") throw new Error("it is made in another way")
  return transformation
}

/** What no generator finds. */
export const oddInputs: { readonly [name: string]: ReadonlyArray<unknown> } = {
  "struct and record, each with a value of its own": [{ a: { id: "12" } }, { a: { id: 12 } }],
  "struct and record, a changed field": [{ a: { id: "12", b: "c" } }, { a: { id: 12 } }],
  "change to other fields": [{ a: { id: "i", b: "b" }, b: { id: "i", b: "b" }, id: { id: "i" } }, { id: {} }],
  "change between unions of structs": [{ key: "k", a: "a" }, { id: "i" }],
  "checked dates": [
    { a: "2026-03-04T05:06:07.089Z" },
    { a: "2026-03-04T05:06:07.088Z", b: "2026-03-04T05:06:07.089Z" }
  ],
  "dates by another transformation": ["2026-03-04T05:06:07.089Z"],
  "optional record and struct, a field that changes": [{ a: { id: "12" } }, { a: { id: "12", b: "b" } }],
  "optional union, one of": [{ a: "a" }, { a: 1 }],
  "union, a member that fails late": [{ id: "12", a: "a" }],
  "union, one of": [{ a: "a", b: "b" }, { a: "a" }],
  "a field twice": [{ a: "a" }, {}],
  "change to another filter": [{ id: "a" }, { id: "abc" }],
  "change to what inherits": [{}, { toString: "a" }],
  "change of null to what takes none": [null, "a"],
  "change of what is encoded on its type's side": [1, "1"],
  "change of one of two to one": [{ id: "i", a: "a" }, { id: "i" }],
  "checked as it is encoded": [{ id: "aa!" }, { id: "b!", a: { id: 1 } }, { id: "a!", a: { id: 1 } }],
  "union, a tag that is inherited": [Object.create({ kind: "a" }), Object.create({ kind: "b" }), { kind: "a", b: 1 }],
  "union, a tag that may be made of nothing": [{ id: "a" }, { kind: "c", id: "a" }, { kind: "d", id: "a" }],
  "union, tags of declarations": [{ tag: "a" }, { tag: "b" }, { tag: "c", id: "a" }, { tag: "c" }, {}],
  "union, a union of tags of declarations": [{ tag: "a" }, { tag: "b" }, { tag: "c" }],
  "union, a tuple whose tag is made of nothing": [[], ["a"], ["b", "c"]],
  "union, of what throws": ["%", "%41"],
  "optional record and struct": [
    { a: { id: "i", b: 1 } },
    { b: { id: "abc", x: "abc" } },
    { b: { id: "abc", x: "a" } }
  ],
  "nullable in a record": [{ a: null, b: 1, c: "c" }],
  "nullable in a union": [
    { a: null, b: "b" },
    { a: 1, b: "b" }
  ],
  "fields that every object inherits": [{}, { id: {} }, { constructor: 1, id: { valueOf: "a" } }],
  "record of a number": [{ 0: "a", b: 1 }]
}
