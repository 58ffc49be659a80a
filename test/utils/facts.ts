/**
 * `test/fixtures/chats-api.json`, typed. Decoding it is strict, so that nothing in
 * the file goes unread.
 */
import { readFileSync } from "node:fs"
import * as Schema from "effect/Schema"

export type Shape =
  | {
      readonly type: "string" | "integer" | "boolean" | "array" | "object"
      readonly format?: "uri" | "date-time" | "int32" | "int64"
      readonly enum?: ReadonlyArray<string>
      readonly openEnum?: true
    }
  | { readonly arrayOf: Shape }
  | { readonly mapOf: Shape }
  | { readonly ref: string }

const meta = { required: Schema.optional(Schema.Boolean), readOnly: Schema.optional(Schema.Literal(true)) }

const ShapeSchema: Schema.Schema<Shape> = Schema.suspend(() => Schema.Union(...shapes({})) as Schema.Schema<Shape>)

const shapes = <Extra extends Schema.Struct.Fields>(extra: Extra) =>
  [
    Schema.Struct({
      type: Schema.Literal("string", "integer", "boolean", "array", "object"),
      format: Schema.optional(Schema.Literal("uri", "date-time", "int32", "int64")),
      enum: Schema.optional(Schema.Array(Schema.String)),
      openEnum: Schema.optional(Schema.Literal(true)),
      ...extra
    }),
    Schema.Struct({ arrayOf: ShapeSchema, ...extra }),
    Schema.Struct({ mapOf: ShapeSchema, ...extra }),
    Schema.Struct({ ref: Schema.String, ...extra })
  ] as const

export type Field = Shape & { readonly required: boolean }

const FieldSchema = Schema.Union(
  ...shapes({ ...meta, required: Schema.Boolean })
) as Schema.Schema.AnyNoContext as Schema.Schema<Field>

const EndpointFacts = Schema.Struct({
  name: Schema.String,
  method: Schema.String,
  path: Schema.String,
  pathParameters: Schema.Array(Schema.String),
  query: Schema.Array(Schema.Struct({ name: Schema.String, type: Schema.String, required: Schema.Boolean })),
  body: Schema.NullOr(Schema.String),
  success: Schema.Struct({ status: Schema.Int, body: Schema.NullOr(Schema.String) }),
  errors: Schema.Array(Schema.Int),
  permissionsAnyOf: Schema.Array(Schema.String),
  inSeed: Schema.Boolean
})
export interface EndpointFacts extends Schema.Schema.Type<typeof EndpointFacts> {}

const Facts = Schema.Struct({
  about: Schema.String,
  statuses: Schema.Record({ key: Schema.String, value: Schema.String }),
  errorCodes: Schema.Record({ key: Schema.String, value: Schema.Array(Schema.String) }),
  limitsInProse: Schema.Record({ key: Schema.String, value: Schema.String }),
  endpoints: Schema.Array(EndpointFacts),
  definitions: Schema.Record({ key: Schema.String, value: Schema.Record({ key: Schema.String, value: FieldSchema }) })
})

export const facts = Schema.decodeUnknownSync(Schema.parseJson(Facts), { onExcessProperty: "error" })(
  readFileSync(new URL("../fixtures/chats-api.json", import.meta.url), "utf8")
)

/** The twelve statuses that have a class of their own. */
export const statuses: ReadonlyArray<number> = Object.keys(facts.statuses).map(Number)

const definition = (name: string): { readonly [field: string]: Field } => {
  const found = facts.definitions[name]
  if (found === undefined) throw new Error(`no definition ${name}`)
  return found
}

export type Json = string | number | boolean | null | ReadonlyArray<Json> | { readonly [key: string]: Json }

const exampleOf = (shape: Shape, name: string, fields: "all" | "required", depth: number): Json => {
  if ("ref" in shape) return sample(shape.ref, fields, depth + 1)
  if ("arrayOf" in shape) return depth > 3 ? [] : [exampleOf(shape.arrayOf, name, fields, depth)]
  if ("mapOf" in shape) return { key: exampleOf(shape.mapOf, name, fields, depth) }
  if (shape.enum !== undefined) return shape.enum[0] ?? ""
  if (shape.type === "integer") return 365
  if (shape.type === "boolean") return false
  if (shape.type === "array") return []
  if (shape.type === "object") return {}
  return shape.format === "date-time" ? "2026-03-04T05:06:07.089Z" : `the-${name}`
}

/** A definition as JSON: made from the facts alone, so that it owes nothing to the schemas. */
export const sample = (name: string, fields: "all" | "required" = "all", depth = 0): { readonly [key: string]: Json } =>
  Object.fromEntries(
    Object.entries(definition(name))
      .filter(([, field]) => fields === "all" || field.required)
      .map(([key, field]) => [key, exampleOf(field, key, fields, depth)])
  )

/** What an endpoint answers when all is well: 200 with its definition, or 204. */
export const successReply = (name: string, fields: "all" | "required" = "all"): Response => {
  const { body, status } = endpointFacts(name).success
  return body === null
    ? new Response(null, { status })
    : new Response(JSON.stringify(sample(body, fields)), { status, headers: { "content-type": "application/json" } })
}

export const endpointFacts = (name: string): EndpointFacts => {
  const found = facts.endpoints.find((endpoint) => endpoint.name === name)
  if (found === undefined) throw new Error(`no endpoint ${name}`)
  return found
}
