import { join } from "node:path"
import ts from "typescript"
import { describe, expect, inject, it } from "vitest"
import { examples } from "../scripts/examples.js"
import { modules } from "../scripts/modules.js"
import { languageService } from "./hovering.js"

/*
 * What an editor shows of the installed package: whatever a program names has its documentation, and
 * so has each way to call it. TypeScript shows a call the docs of the overload that it takes, and of
 * the value only where there is one signature.
 */

const consumer = inject("consumer")
const packaged = join(consumer, "node_modules/effect-genesys-chats")
const declared = ({ source }: (typeof modules)[number]) =>
  join(packaged, source.replace(/^src/, "dist").replace(/\.ts$/, ".d.ts"))

/** Programs as users have them: the examples of the README and of the docstrings. */
const programs = new Map(examples().map(({ name, text }) => [join(consumer, `${name}.ts`), text]))
const dual = join(consumer, "dual.ts")
programs.set(
  dual,
  `import { Conversation, RoomJid } from "effect-genesys-chats"
const room = Conversation.room(RoomJid.make("adhoc-1@conference.acme.orgspan.com"))
export const sends = [Conversation.send(room, "Hi"), room.pipe(Conversation.send("Hi")), Conversation.send]
`
)

const service = languageService(consumer, programs, modules.map(declared))
const program = service.getProgram()!
const checker = program.getTypeChecker()
const text = ts.displayPartsToString

/** The exports of a module that are values, with what they are. */
const values = (module: (typeof modules)[number]) => {
  const file = program.getSourceFile(declared(module))
  const symbol = file && checker.getSymbolAtLocation(file)
  if (symbol === undefined) throw new Error(`${module.subpath} has no declarations`)
  return checker.getExportsOfModule(symbol).flatMap((exported) => {
    const original = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported
    // a class of which the type alone is exported
    const typeOnly = exported.declarations?.some(
      (one) => ts.isExportSpecifier(one) && (one.isTypeOnly || one.parent.parent.isTypeOnly)
    )
    return original.flags & ts.SymbolFlags.Value && typeOnly !== true ? [{ exported, original }] : []
  })
}

const docsOf = (symbol: ts.Symbol) => text(symbol.getDocumentationComment(checker))
const firstParagraph = (docs: string) => docs.split("\n\n")[0]?.replaceAll(/\s+/g, " ")

describe.each(modules)("$subpath", (module) => {
  it("every value has documentation, and each way to call it too", () => {
    const bare = values(module).flatMap(({ exported, original }) => {
      // a namespace is a module: what it says stands at the head of its file
      if (original.declarations?.some(ts.isSourceFile)) return []
      const docs = docsOf(exported) || docsOf(original)
      const signatures = checker.getTypeOfSymbol(original).getCallSignatures()
      const overloads = signatures.length > 1 ? signatures : []
      return [
        ...(docs === "" ? [exported.name] : []),
        ...overloads
          .map((signature) => [text(signature.getDocumentationComment(checker)), checker.signatureToString(signature)])
          .filter(([said]) => said === "" || firstParagraph(said ?? "") !== firstParagraph(docs))
          .map(([said, signature]) => `${exported.name}${signature}: ${said}`)
      ]
    })
    expect(bare).toEqual([])
  })

  it("declares the values that it has, and no others", async () => {
    const source: object = await import(/* @vite-ignore */ `../../${module.source}`)
    expect(
      values(module)
        .map(({ exported }) => exported.name)
        .sort()
    ).toEqual(Object.keys(source).sort())
  })
})

/** Where a program names what a module of the package exports, and what is shown there. */
const uses = (file: string) => {
  const source = program.getSourceFile(file)!
  const found: Array<{ readonly where: string; readonly name: string; readonly docs: string }> = []
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression) && isOurs(node.expression)) {
      const info = service.getQuickInfoAtPosition(file, node.name.getStart())
      found.push({ where: source.text.split("\n")[0] ?? "", name: node.getText(), docs: text(info?.documentation) })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

const isOurs = (namespace: ts.Identifier): boolean => {
  const symbol = checker.getSymbolAtLocation(namespace)
  if (symbol === undefined || !(symbol.flags & ts.SymbolFlags.Alias)) return false
  const [declaration] = checker.getAliasedSymbol(symbol).declarations ?? []
  return (
    declaration !== undefined &&
    ts.isSourceFile(declaration) &&
    declaration.fileName.includes("effect-genesys-chats/dist/")
  )
}

describe("hovering", () => {
  it("over what the examples use of the package shows what it does", () => {
    const hovered = [...programs.keys()].flatMap(uses)
    expect(hovered.length).toBeGreaterThan(300)
    expect(hovered.filter(({ docs }) => docs === "").map(({ name, where }) => `${name} in ${where}`)).toEqual([])
  })

  it("over a dual function does too: data first, data last and not called", () => {
    const sends = uses(dual).filter(({ name }) => name === "Conversation.send")
    expect(sends.map(({ docs }) => docs.slice(0, 15))).toEqual(Array(3).fill("Sends a message"))
  })
})
