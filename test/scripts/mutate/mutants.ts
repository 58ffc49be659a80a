/**
 * A seeded sample of small faults in the engine's sources, each behind a switch: see `run.ts`.
 */
import { readdirSync, readFileSync } from "node:fs"
import { join, relative } from "node:path"
import ts from "typescript"
import type { Plugin } from "vite"

/** Where the faults are, and the tests that may find them. */
const scope: { readonly [folder: string]: ReadonlyArray<string> } = {
  client: ["client", "endpoints", "transport", "load", "ChatsClient", "Metrics", "secrets"],
  limits: ["limits", "client", "endpoints", "options"],
  credentials: ["credentials", "options", "secrets", "tenants"],
  transport: ["transport", "load", "client"],
  codec: ["codec", "client", "domain", "endpoints"],
  history: ["history", "conversation", "live"],
  pipelines: ["pipelines", "options"]
}

export interface Mutant {
  readonly id: number
  readonly file: string
  readonly line: number
  /** Where the tests are that may notice it: beginnings of paths in `test`. */
  readonly tests: ReadonlyArray<string>
  readonly from: string
  readonly to: string
}

interface Place extends Mutant {
  readonly start: number
  readonly end: number
  readonly statement: boolean
}

const swapped: { readonly [operator: string]: string } = {
  "<": "<=",
  "<=": "<",
  ">": ">=",
  ">=": ">",
  "===": "!==",
  "!==": "===",
  "+": "-",
  "-": "+",
  "*": "/",
  "/": "*",
  "&&": "||",
  "||": "&&"
}

/** What may be put in the place of a node, if anything. */
const change = (node: ts.Node, text: (node: ts.Node) => string): string | undefined => {
  if (ts.isBinaryExpression(node)) {
    const operator = text(node.operatorToken)
    if (operator === "??") return text(node.right)
    const other = swapped[operator]
    if (other === undefined) return undefined
    if (operator === "+" && /["'`]/.test(text(node))) return undefined
    return `(${text(node.left)}) ${other} (${text(node.right)})`
  }
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) return text(node.operand)
  if (ts.isNumericLiteral(node) && !ts.isLiteralTypeNode(node.parent)) return `${text(node)} + 1`
  const literal = node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword
  if (literal && !ts.isLiteralTypeNode(node.parent)) return node.kind === ts.SyntaxKind.TrueKeyword ? "false" : "true"
  const { parent } = node
  const condition =
    (ts.isIfStatement(parent) && parent.expression === node) ||
    (ts.isConditionalExpression(parent) && parent.condition === node)
  if (condition) return `!(${text(node)})`
  if (ts.isExpressionStatement(node)) return ""
  // a step of a pipe
  if (!ts.isCallExpression(parent) || !parent.arguments.some((argument, n) => argument === node && n > 0))
    return undefined
  const callee = text(parent.expression)
  return callee === "pipe" || callee.endsWith(".pipe") ? "((_) => _)" : undefined
}

const places = (file: string, tests: ReadonlyArray<string>, source: string): ReadonlyArray<Place> => {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true)
  const text = (node: ts.Node) => node.getText(tree)
  const found: Array<Place> = []
  const visit = (node: ts.Node, inside: boolean): void => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node)) return
    // what runs when its module is loaded cannot be switched
    const to = inside ? change(node, text) : undefined
    if (to !== undefined) {
      const [start, end] = [node.getStart(tree), node.getEnd()]
      const line = tree.getLineAndCharacterOfPosition(start).line + 1
      found.push({ id: -1, file, tests, line, start, end, from: text(node), to, statement: ts.isStatement(node) })
    }
    node.forEachChild((child) => visit(child, inside || ts.isFunctionLike(node)))
  }
  visit(tree, false)
  return found
}

/** Numbers that look random, and are the same for the same seed. */
const random = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
}

const sample = (root: string): ReadonlyArray<Place> => {
  const all = Object.entries(scope).flatMap(([folder, tests]) =>
    readdirSync(join(root, "src", folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .sort()
      .flatMap((name) => {
        const file = join(root, "src", folder, name)
        return places(file, tests, readFileSync(file, "utf8"))
      })
  )
  const next = random(Number(process.env["MUTATE_SEED"] ?? 1))
  const chosen: Array<Place> = []
  const count = Math.min(Number(process.env["MUTANTS"] ?? 150), all.length / 4)
  while (chosen.length < count) {
    const place = all[Math.floor(next() * all.length)]!
    // one inside another has no place of its own
    const overlaps = chosen.some((o) => o.file === place.file && o.start < place.end && place.start < o.end)
    if (!overlaps) chosen.push({ ...place, id: chosen.length })
  }
  return chosen
}

/** The sample, by its numbers. */
export const mutants = (root: string): ReadonlyArray<Mutant> =>
  sample(root).map(({ id, file, line, tests, from, to }) => ({
    id,
    file: relative(root, file),
    line,
    tests,
    from: from.slice(0, 200),
    to: to.slice(0, 200)
  }))

/** Puts all of them into the sources, behind switches: `__mutant` says which is on. */
export const switched = (root: string): Plugin => {
  const chosen = sample(root)
  return {
    name: "mutants",
    enforce: "pre",
    transform(code, id) {
      const here = chosen.filter(({ file }) => file === id).sort((a, b) => b.start - a.start)
      if (here.length === 0) return null
      const mutated = here.reduce((text, { end, id, start, statement, to }) => {
        const from = text.slice(start, end)
        const both = statement ? `if (!__mutant(${id})) { ${from} }` : `(__mutant(${id}) ? (${to}) : (${from}))`
        return text.slice(0, start) + both + text.slice(end)
      }, code)
      // not before the first line, so that lines stay
      return `const __mutant = globalThis.__mutant ?? (() => false); ${mutated}`
    }
  }
}
