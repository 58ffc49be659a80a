/**
 * What the guides say of the endpoints, made from their declarations. Nothing here knows an endpoint by its name.
 */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as AST from "effect/SchemaAST"
import type { Endpoint, Metrics } from "effect-genesys-chats"

type Description = Endpoint.Description

/** A table of what each endpoint is called, takes, gives and needs. */
export const endpointTable = (endpoints: ReadonlyArray<Description>): string => {
  const rows = sorted(endpoints).map((endpoint) => [
    `\`${endpoint.operation}\`${endpoint.idempotent ? "" : " \\*"}`,
    endpoint.method,
    `\`${endpoint.path}\``,
    fields(endpoint)
      .map(({ name, optional }) => `\`${name}${optional ? "?" : ""}\``)
      .join(", "),
    `\`${success(endpoint)}\``,
    endpoint.permissions.map((permission) => `\`${permission}\``).join(", ")
  ])
  return table(["operation", "method", "path", "input", "success", "permissions (any one of)"], rows)
}

/** A table of what is measured. */
export const metricsTable = (metrics: ReadonlyArray<Metrics.Description>): string =>
  table(
    ["metric", "kind", "unit", "what", "labels, beside `org` and `client`"],
    metrics.map(({ description, kind, labels, name, unit }) => [
      `\`${name}\``,
      kind,
      `\`${unit}\``,
      description,
      labels.map((label) => `\`${label}\``).join(", ")
    ])
  )

/** Each call as the vendor's SDK makes it and as it is made here. */
export const sdkTable = (endpoints: ReadonlyArray<Description>): string =>
  table(
    ["purecloud-platform-client-v2", "effect-genesys-chats"],
    sorted(endpoints).map((endpoint) => [`\`${sdkCall(endpoint)}\``, `\`${ownCall(endpoint)}\``])
  )

/** The calls of {@link sdkTable} as a module, for the compiler to check against the types of both. */
export const sdkProgram = (endpoints: ReadonlyArray<Description>): string =>
  [
    `import * as DateTime from "effect/DateTime"`,
    `import { Chats, type Endpoint } from "effect-genesys-chats"`,
    `import type * as platformClient from "purecloud-platform-client-v2"`,
    `type Given<A> = NonNullable<A> extends ReadonlyArray<infer Item> ? Array<Item> : NonNullable<A>`,
    `type Input<T> = { readonly [K in keyof Endpoint.Endpoint.Input<T>]-?: Given<Endpoint.Endpoint.Input<T>[K]> }`,
    `declare const chats: platformClient.ChatApi`,
    `declare const users: platformClient.UsersApi`,
    `export const iso = DateTime.formatIso`,
    ...endpoints.map((endpoint) => {
      const names = shown(endpoint).map(({ name }) => name)
      const input = names.length === 0 ? "" : `{ ${names.join(", ")} }: Input<typeof Chats.${endpoint.operation}>`
      return `export const ${endpoint.operation} = (${input}) => [${sdkCall(endpoint)}, ${ownCall(endpoint)}]`
    })
  ].join("\n")

/** `text` with `content` between the markers `<!-- name -->` and `<!-- /name -->`. */
export const between = (text: string, name: string, content: string): string => {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const [start, end] = [text.indexOf(open), text.indexOf(close)]
  if (start === -1 || end < start) throw new Error(`no ${open} … ${close}`)
  return `${text.slice(0, start + open.length)}\n\n${content}\n\n${text.slice(end)}`
}

interface Field {
  readonly name: string
  readonly optional: boolean
  /** Its schema as a program sees it. */
  readonly type: AST.AST
  readonly from: "path" | "query" | "body"
}

const fields = ({ body, path, pathParameters, query }: Description): ReadonlyArray<Field> => {
  const order = (name: string) => path.indexOf(`{${name}}`)
  return [
    ...fieldsOf("path", pathParameters).sort((one, other) => order(one.name) - order(other.name)),
    ...fieldsOf("query", query),
    ...fieldsOf("body", body?.fields ?? {}).sort((one, other) => Number(one.optional) - Number(other.optional))
  ]
}

const fieldsOf = (from: Field["from"], schemas: Schema.Struct.Fields): Array<Field> =>
  AST.getPropertySignatures(AST.typeAST(Schema.Struct(schemas).ast)).map(({ isOptional, name, type }) => ({
    name: String(name),
    optional: isOptional,
    type,
    from
  }))

const success = ({ success }: Description): string => {
  if (success === undefined) return "void"
  return Option.getOrElse(AST.getIdentifierAnnotation(success.ast), () => String(AST.typeAST(success.ast)))
}

/** What an example of a call says: all that must be said, and two things that may be. */
const shown = (endpoint: Description): ReadonlyArray<Field> => {
  const all = fields(endpoint)
  const extra = all.filter(({ optional }) => optional).slice(0, 2)
  return all.filter((field) => !field.optional || extra.includes(field))
}

const ownCall = (endpoint: Description): string =>
  `Chats.${endpoint.operation}(${object(shown(endpoint).map(({ name }) => name))})`

/** The SDK takes path parameters one by one, then the body, then the query. */
const sdkCall = (endpoint: Description): string => {
  const all = shown(endpoint)
  const named = (from: Field["from"]) => all.filter((field) => field.from === from)
  const given = [
    ...named("path").map(sdkValue),
    object(named("body").map(({ name }) => name)),
    object(
      named("query").map((field) => (field.name === sdkValue(field) ? field.name : `${field.name}: ${sdkValue(field)}`))
    )
  ]
  return `${sdkApi(endpoint)}.${endpoint.operation}(${given.filter((argument) => argument !== "").join(", ")})`
}

/** The SDK has a class for each part of the API: `ChatApi`, `UsersApi`. */
const sdkApi = ({ path }: Description): string => path.split("/")[3] ?? ""

/** In paths and queries the SDK takes strings, and booleans as they are. */
const sdkValue = ({ name, type }: Field): string => {
  const [first] = AST.isUnion(type) ? type.types : [type]
  const one = first !== undefined && AST.isRefinement(first) ? AST.typeAST(bare(first)) : first
  if (one === undefined || AST.isStringKeyword(one) || AST.isBooleanKeyword(one)) return name
  if (AST.isNumberKeyword(one)) return `String(${name})`
  if (AST.isTupleType(one)) return `${name}.join(",")`
  return `iso(${name})`
}

const bare = (ast: AST.AST): AST.AST => (AST.isRefinement(ast) ? bare(ast.from) : ast)

const object = (entries: ReadonlyArray<string>): string => (entries.length === 0 ? "" : `{ ${entries.join(", ")} }`)

/** By what they are about: a path's endpoints stand together, and lists before their items. */
const sorted = (endpoints: ReadonlyArray<Description>): ReadonlyArray<Description> =>
  [...endpoints].sort((one, other) => compare(one.path, other.path) || compare(one.operation, other.operation))

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

const table = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string =>
  [head, head.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`)
    .join("\n")
