/**
 * One truth for both majors of Effect: an endpoint that is added to `src` is there in both, and what stands by hand for
 * Effect 4 has the names of what it stands for.
 */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import ts from "typescript"
import { describe, expect, it } from "vitest"
import { withDocs, withExamples } from "../scripts/effect4/docstrings.js"
import { transform } from "../scripts/effect4/transform.js"
import { root } from "../scripts/modules.js"

/** The one place where somebody writes an endpoint, here with one that there is not. */
const file = join(root, "src/endpoints/RoomMessages.ts")

const added = `import * as Schema from "effect/Schema"
import { optional } from "../internal/schema.js"
${readFileSync(file, "utf8")}
/**
 * The topic of a room.
 *
 * @example
 * \`\`\`ts
 * import * as Effect from "effect/Effect"
 * import { Chats, RoomJid } from "effect-genesys-chats"
 *
 * const topic = Effect.either(Chats.getChatsRoom({ roomJid: RoomJid.make("adhoc-1@conference.acme.orgspan.com") }))
 * \`\`\`
 */
export const getChatsRoomTopic = Endpoint.make("getChatsRoomTopic", {
  method: "GET",
  path: "/api/v2/chats/rooms/{roomJid}/topic",
  pathParameters: { roomJid: RoomJid },
  query: { kind: optional(Schema.Literal("long", "short")) },
  success: Schema.Struct({ topic: Schema.String.pipe(Schema.minLength(1, { message: () => "must not be empty" })) }),
  permissions: ["chat:room:view"]
})
`

const onEffect4 = (): string => {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, root)
  const { host, names } = withExamples(options, [file], (one) => (one === file ? added : ts.sys.readFile(one)))
  const program = ts.createProgram([file, ...names], options, host)
  const checker = program.getTypeChecker()
  const of = (name: string): string => {
    const source = program.getSourceFile(name)
    if (source === undefined) throw new Error(`no ${name}`)
    return transform(source, checker)
  }
  return withDocs(file, of(file), of)
}

describe("an endpoint", () => {
  const text = onEffect4()

  it("is declared once, and is in the sources for Effect 4 as an expert would write it there", () => {
    expect(text).toContain('export const getChatsRoomTopic = Endpoint.make("getChatsRoomTopic", {')
    expect(text).toContain('query: { kind: optional(Schema.Literals(["long", "short"])) }')
    expect(text).toContain('Schema.String.pipe(Schema.check(Schema.isMinLength(1, { message: "must not be empty" })))')
  })

  it("has its documented example in the words of Effect 4", () => {
    expect(text).toContain(" * const topic = Effect.result(Chats.getChatsRoom(")
  })
})

describe("what stands by hand for Effect 4", () => {
  const overlays = readdirSync(join(root, "src/effect4"), { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".ts"))

  const exportsOf = (path: string): ReadonlyArray<string> => {
    const source = ts.createSourceFile(path, readFileSync(join(root, path), "utf8"), ts.ScriptTarget.Latest, true)
    return source.statements
      .flatMap((statement) => {
        if (ts.isExportDeclaration(statement)) {
          const clause = statement.exportClause
          return clause !== undefined && ts.isNamedExports(clause) ? clause.elements.map(({ name }) => name.text) : []
        }
        if (!ts.canHaveModifiers(statement)) return []
        const exported = ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
        if (exported !== true) return []
        if (ts.isVariableStatement(statement))
          return statement.declarationList.declarations.map((one) => one.name.getText())
        const { name } = statement as ts.DeclarationStatement
        return name === undefined ? [] : [name.getText()]
      })
      .sort()
  }

  /** What spells out the constructors of Effect 3. */
  const apart: Readonly<Record<string, string>> = { "errors/ErrorClass.ts": "Props" }

  /** What the adapters share with each other, and how `compile.ts` goes about another syntax tree, stands for no module. */
  const alone = /^(internal\/effect\/ast\.ts|codec\/compile\/\w+\.ts)$/

  it.each(overlays.filter((path) => !alone.test(path)))(
    "%s exports what the module that it stands for exports",
    (path) => {
      const wanted = exportsOf(`src/${path}`)
      expect(exportsOf(`src/effect4/${path}`)).toEqual(wanted.filter((name) => apart[path] !== name))
    }
  )
})

describe("what Effect 3 has alone", () => {
  /** Modules whose counterpart in Effect 4 means something else, or that have none. */
  const apart =
    /from "effect\/(Arbitrary|DefaultServices|FastCheck|FiberRefs?|GlobalValue|MetricBoundaries|MetricKey|MetricLabel|Runtime|RuntimeFlags|Schedule[A-Z]\w*|Subscribable|Utils)"/g

  it("is used in src/internal/effect alone, and where something stands by hand", () => {
    const used = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
      .map((path) => path.replaceAll("\\", "/"))
      .filter((path) => path.endsWith(".ts") && !/^(effect4|internal\/effect|sql|workflow)\//.test(path))
      .filter((path) => !readdirSync(join(root, "src/effect4"), { recursive: true, encoding: "utf8" }).includes(path))
      .flatMap((path) =>
        Array.from(readFileSync(join(root, "src", path), "utf8").matchAll(apart), ([found]) => `${path}: ${found}`)
      )
    expect(used).toEqual([])
  })
})
