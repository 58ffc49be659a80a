/**
 * What may be left out may be `undefined`: a consumer with `exactOptionalPropertyTypes` passes on what they have
 * themselves as an option. That holds for whatever a public function, class or endpoint takes.
 */
import ts from "typescript"
import { describe, expect, it } from "vitest"
import { modules, root } from "../scripts/modules.js"

const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile)
const { tsBuildInfoFile: _, ...options } = ts.parseJsonConfigFileContent(config, ts.sys, root).options

const example = `${root}test/tooling/leftOut.example.ts`
const exampleText = `
interface Deep { readonly most?: number }
export const right = (options?: { readonly a?: string | undefined; readonly deep?: { readonly b: 1 } | undefined }) => options
export const wrong = (options: { readonly a?: string; readonly deep?: Deep | undefined }) => options
export const dual: { (options: Deep): (self: string) => void; (self: string, options: Deep): void } = () => () => {}
export const last = (self: string) => (options: { readonly z?: 1 }) => [self, options]
export class Made { constructor(readonly options: { readonly c?: 1 }) {} }
export type Mapped = { readonly [K in "d" | "e"]?: 1 }
export const mapped = (options: Mapped & { readonly f: 1 }) => options
`
const host = ts.createCompilerHost(options)
const program = ts.createProgram({
  rootNames: [...modules.map(({ source }) => root + source), example],
  options: { ...options, incremental: false },
  host: {
    ...host,
    fileExists: (name) => name === example || host.fileExists(name),
    readFile: (name) => (name === example ? exampleText : host.readFile(name)),
    getSourceFile: (name, target, ...rest) =>
      name === example ? ts.createSourceFile(name, exampleText, target) : host.getSourceFile(name, target, ...rest)
  }
})
const checker = program.getTypeChecker()
const undefinedType = checker.getUndefinedType()

/** Of TypeScript or of a peer: its types are not ours to change. */
const isForeign = (symbol: ts.Symbol | undefined): boolean =>
  symbol?.declarations?.every((one) => one.getSourceFile().fileName.includes("/node_modules/")) ?? false

/** TypeScript keeps apart `undefined` and what is missing. */
const takesUndefined = (type: ts.Type): boolean =>
  type === undefinedType ||
  (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.TypeParameter)) !== 0 ||
  (type.isUnion() && type.types.includes(undefinedType))

/** The optional properties of what a function takes that do not take `undefined`. */
const lacking = (type: ts.Type, where: string, seen: Set<ts.Type>): ReadonlyArray<string> => {
  if (seen.has(type)) return []
  seen.add(type)
  if (type.isUnion()) return type.types.flatMap((one) => lacking(one, where, seen))
  const constraint = type.flags & ts.TypeFlags.TypeParameter ? checker.getBaseConstraintOfType(type) : undefined
  if (constraint !== undefined) return lacking(constraint, where, seen)
  if (!(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) || type.getCallSignatures().length > 0)
    return []
  if (type.symbol !== undefined && (isForeign(type.symbol) || type.symbol.flags & ts.SymbolFlags.Class)) return []
  return checker.getPropertiesOfType(type).flatMap((property) => {
    if (isForeign(property)) return []
    const of = checker.getTypeOfSymbol(property)
    const name = `${where}.${property.name}`
    return [
      ...(property.flags & ts.SymbolFlags.Optional && !takesUndefined(of) ? [name] : []),
      ...lacking(of, name, seen)
    ]
  })
}

/** What is wrong with the parameters of a function, and of the function that it gives. */
const ofSignature = (signature: ts.Signature, where: string, seen: Set<ts.Type>): ReadonlyArray<string> => [
  ...signature.parameters.flatMap((one) => lacking(checker.getTypeOfSymbol(one), `${where}(${one.name})`, seen)),
  ...signature
    .getReturnType()
    .getCallSignatures()
    .filter(
      (one) => one.declaration !== undefined && !one.declaration.getSourceFile().fileName.includes("/node_modules/")
    )
    .flatMap((one) => (one === signature ? [] : ofSignature(one, where, seen)))
]

const ofModule = (file: string): { readonly functions: number; readonly wrong: ReadonlyArray<string> } => {
  const source = program.getSourceFile(file)
  const module = source && checker.getSymbolAtLocation(source)
  if (module === undefined) throw new Error(`${file} is no module`)
  let functions = 0
  const wrong = checker.getExportsOfModule(module).flatMap((exported) => {
    const original = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported
    if (!(original.flags & ts.SymbolFlags.Value) || original.flags & ts.SymbolFlags.ValueModule) return []
    const type = checker.getTypeOfSymbol(original)
    const signatures = [...type.getCallSignatures(), ...type.getConstructSignatures()]
    functions += signatures.length
    const seen = new Set<ts.Type>()
    return [...new Set(signatures.flatMap((one) => ofSignature(one, exported.name, seen)))]
  })
  return { functions, wrong }
}

describe("what may be left out may be undefined", () => {
  it.each(modules)("$subpath", ({ source }) => {
    expect(ofModule(root + source).wrong).toEqual([])
  })

  it("there is something to look at", () => {
    expect(modules.map(({ source }) => ofModule(root + source).functions).reduce((a, b) => a + b)).toBeGreaterThan(300)
  })

  it("would not go unseen", () => {
    expect(ofModule(example).wrong).toEqual([
      "wrong(options).a",
      "wrong(options).deep.most",
      "dual(options).most",
      "last(options).z",
      "Made(options).c",
      "mapped(options).d",
      "mapped(options).e"
    ])
  })
})
