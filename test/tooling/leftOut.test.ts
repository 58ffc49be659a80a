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
export const omitted = (options: Omit<Deep & { readonly g?: 1 }, "most">) => options
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

const known = new Map<ts.Type, ReadonlyArray<string>>()

/** The optional properties in what a function takes that do not take `undefined`. */
const lacking = (type: ts.Type, depth = 0): ReadonlyArray<string> => {
  const before = known.get(type)
  // a type that holds itself, perhaps as another one each time
  if (before !== undefined || depth > 6) return before ?? []
  known.set(type, [])
  const found = lackingOf(type, depth)
  known.set(type, found)
  return found
}

const lackingOf = (type: ts.Type, depth: number): ReadonlyArray<string> => {
  if (type.isUnion()) return type.types.flatMap((one) => lacking(one, depth))
  const constraint = type.flags & ts.TypeFlags.TypeParameter ? checker.getBaseConstraintOfType(type) : undefined
  if (constraint !== undefined) return lacking(constraint, depth)
  // what stands beside a type parameter narrows it, and is as optional as that
  const parameters = type.isIntersection() ? type.types.filter((one) => one.isTypeParameter()) : []
  if (parameters.length > 0) return parameters.flatMap((one) => lacking(one, depth))
  if (!(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) || type.getCallSignatures().length > 0)
    return []
  if (type.symbol !== undefined && type.symbol.flags & ts.SymbolFlags.Class) return []
  // what `Omit` and the like make of a type of ours is still ours
  const isMapped = "objectFlags" in type && (type as ts.ObjectType).objectFlags & ts.ObjectFlags.Mapped
  if (isForeign(type.symbol) && !isMapped) return []
  return checker.getPropertiesOfType(type).flatMap((property) => {
    if (isForeign(property)) return []
    const of = checker.getTypeOfSymbol(property)
    return [
      ...(property.flags & ts.SymbolFlags.Optional && !takesUndefined(of) ? [`.${property.name}`] : []),
      ...lacking(of, depth + 1).map((one) => `.${property.name}${one}`)
    ]
  })
}

/** What is wrong with the parameters of a function, and of the function that it gives. */
const ofSignature = (signature: ts.Signature): ReadonlyArray<string> => [
  ...signature.parameters.flatMap((parameter) =>
    lacking(checker.getTypeOfSymbol(parameter)).map((one) => `(${parameter.name})${one}`)
  ),
  ...signature
    .getReturnType()
    .getCallSignatures()
    .filter((one) => one.declaration?.getSourceFile().fileName.includes("/node_modules/") === false)
    .flatMap(ofSignature)
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
    return [...new Set(signatures.flatMap(ofSignature))].map((one) => `${exported.name}${one}`)
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
      "mapped(options).e",
      "omitted(options).g"
    ])
  })
})
