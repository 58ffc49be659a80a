/**
 * What is generated is not stale, and the vendor's SDK has the calls that the page for its
 * users shows. That both sides of each call compile is for `npm run docs:check`.
 */
import { readFileSync } from "node:fs"
import ts from "typescript"
import { describe, expect, it } from "vitest"
import { endpoints, generated } from "../scripts/generated.js"
import { modules, root } from "../scripts/modules.js"

const read = (file: string) => readFileSync(root + file, "utf8")

describe("generated", () => {
  it.each(generated)("$file is what npm run $script makes of it", ({ file, make }) => {
    const text = read(file)
    expect(text).toBe(make(text))
  })

  it("every endpoint is in both tables", () => {
    const tables = ["examples/guides/endpoints.md", "examples/guides/from-the-sdk.md"].map(read)
    const missing = endpoints.filter(({ operation }) => !tables.every((text) => text.includes(`${operation}`)))
    expect(missing).toEqual([])
  })

  it("every public module has a subpath of its own", () => {
    const subpaths = modules.map(({ subpath }) => subpath)
    expect(new Set(subpaths).size).toBe(subpaths.length)
    expect(new Set(subpaths.map((subpath) => subpath.toLowerCase())).size).toBe(subpaths.length)
    expect(subpaths).toEqual(expect.arrayContaining([".", "./testing", "./Chats", "./Ids", "./testing/ChatsStub"]))
    expect(modules.filter(({ source }) => source.includes("internal"))).toEqual([])
  })
})

describe("the vendor's SDK", () => {
  const text = read("node_modules/purecloud-platform-client-v2/index.d.ts")
  const declared = (start: string) => text.slice(text.indexOf(start), text.indexOf("\n}", text.indexOf(start)) + 2)
  const apis = ["ChatApi", "UsersApi"]
  const { statements } = ts.createSourceFile(
    "chats.d.ts",
    apis.map((api) => `${declared(`declare class ${api} {`)}\n${declared(`declare namespace ${api} {`)}`).join("\n"),
    ts.ScriptTarget.Latest
  )
  const nameOf = (name: ts.PropertyName | ts.BindingName): string =>
    ts.isIdentifier(name) || ts.isStringLiteral(name) ? name.text : ""

  const methods = new Map(
    statements
      .filter(ts.isClassDeclaration)
      .flatMap((api) => api.members.filter(ts.isMethodDeclaration))
      .map((method) => [nameOf(method.name), method.parameters.map((parameter) => nameOf(parameter.name))])
  )
  const options = new Map(
    statements
      .filter(ts.isModuleDeclaration)
      .flatMap(({ body }) => (body && ts.isModuleBlock(body) ? body.statements.filter(ts.isInterfaceDeclaration) : []))
      .map(({ members, name }) => [name.text, members.flatMap((member) => (member.name ? [nameOf(member.name)] : []))])
  )

  it("has the same operations of chat", () => {
    const ofChat = [...methods.keys()].filter((name) => /Chats/.test(name))
    expect(ofChat.sort()).toEqual(endpoints.map(({ operation }) => operation).sort())
  })

  it.each(endpoints.map((endpoint) => [endpoint.operation, endpoint] as const))(
    "%s takes the same",
    (operation, one) => {
      const inPath = Array.from(one.path.matchAll(/\{(\w+)\}/g), ([, name]) => name)
      expect(methods.get(operation)).toEqual([...inPath, ...(one.body === undefined ? [] : ["body"]), "opts"])
      const query = options.get(`${operation}Options`)?.filter((name) => name !== "customHeaders")
      expect(query).toEqual(Object.keys(one.query))
    }
  )
})
