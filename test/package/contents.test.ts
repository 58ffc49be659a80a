import { existsSync, readdirSync, readFileSync } from "node:fs"
import { SourceMap } from "node:module"
import { dirname, join, relative, resolve } from "node:path"
import ts from "typescript"
import { describe, expect, inject, it } from "vitest"
import { modules as publicModules } from "../scripts/modules.js"

const directory = join(inject("consumer"), "node_modules/effect-genesys-chats")
const files = readdirSync(directory, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(directory, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
  .sort()
const read = (file: string) => readFileSync(join(directory, file), "utf8")

/** The page of the emulator goes along as it is; the command is one bundle, in chunks with names of their own. */
const isPage = (file: string) => /^(src|dist)\/testing\/emulator\/page\/[\w.]+\.(js|html|css|svg)$/.test(file)
const isCommand = (file: string) => /^dist\/testing\/command\/(main|[\w.]+-[A-Z0-9]{8})\.js$/.test(file)
const modules = files.filter(
  (file) => file.startsWith("dist/") && file.endsWith(".js") && !isPage(file) && !isCommand(file)
)

const builtAs = (source: string, suffix: string) => source.replace(/^src/, "dist").replace(/\.ts$/, suffix)

describe("contents", () => {
  it("are the build, its sources, and the papers", () => {
    const sources = files.filter((file) => file.startsWith("src/"))
    const suffixes = [".js", ".js.map", ".d.ts", ".d.ts.map"]
    const built = sources
      .filter((file) => !isPage(file))
      .flatMap((file) => suffixes.map((suffix) => builtAs(file, suffix)))
      .filter((file) => !/^dist\/testing\/command\/.*\.js(\.map)?$/.test(file))
    const page = sources.filter(isPage).map((file) => file.replace(/^src/, "dist"))
    const command = files.filter(isCommand)
    expect(command).toContain("dist/testing/command/main.js")
    const papers = ["CHANGELOG.md", "LICENSE", "README.md", "package.json"]
    expect(files).toEqual([...built, ...page, ...command, ...sources, ...papers].sort())
    expect(publicModules.map(({ source }) => source).filter((source) => !sources.includes(source))).toEqual([])
    expect(
      sources.filter((file) => !(file.endsWith(".ts") || isPage(file)) || /\.(test|bench)\.ts$/.test(file))
    ).toEqual([])
  })

  it("map to sources that go along", () => {
    const broken = files
      .filter((file) => file.endsWith(".map"))
      .flatMap((file) =>
        (JSON.parse(read(file)).sources as ReadonlyArray<string>)
          .filter((source) => !existsSync(resolve(directory, dirname(file), source)))
          .map((source) => `${file}: ${source}`)
      )
    expect(broken).toEqual([])
    expect(modules.filter((file) => !read(file).includes("//# sourceMappingURL="))).toEqual([])
  })

  it("map each export to the line that it comes from", () => {
    const astray = modules.flatMap((file) => {
      const map = new SourceMap(JSON.parse(read(`${file}.map`)))
      return read(file)
        .split("\n")
        .flatMap((line, index) => {
          const [start, name] = /^export (?:const|class|function) (\w+)/.exec(line) ?? []
          if (start === undefined || name === undefined) return []
          const entry = map.findEntry(index, start.length - name.length)
          const original =
            "originalSource" in entry
              ? readFileSync(resolve(directory, dirname(file), entry.originalSource), "utf8").split("\n")
              : []
          const there = "originalLine" in entry ? original[entry.originalLine] : undefined
          return there?.includes(name) ? [] : [`${file}:${index + 1} ${name}`]
        })
    })
    expect(astray).toEqual([])
  })

  it("name no machine", () => {
    const repository = resolve(import.meta.dirname, "../..")
    const telling = files.filter((file) => {
      const text = read(file)
      return text.includes(repository) || /\/(home|Users|root)\/|registry\.npmjs/.test(text)
    })
    expect(telling).toEqual([])
  })

  it("import peers only, module by module, Node only for a server and the command, and each optional peer only for its subpath", () => {
    const imports = modules.flatMap((file) =>
      ts
        .preProcessFile(read(file))
        .importedFiles.map(({ fileName }) => ({ file, name: fileName }))
        .filter(({ name }) => !name.startsWith("."))
    )
    expect(imports.length).toBeGreaterThan(modules.length)
    const allowed = ({ file, name }: (typeof imports)[number]) =>
      /^(effect|@effect\/platform)\/[A-Z]/.test(name) ||
      (/^dist\/testing\/emulator\/((server|journal|pageFiles)|(http|channels)\/\w+)\.js$/.test(file) &&
        name.startsWith("node:")) ||
      (file.startsWith("dist/transport/undici") && name === "undici") ||
      (/^dist\/(sql|workflow)\//.test(file) && /^@effect\/(sql|workflow)\/[A-Z]/.test(name))
    expect(imports.filter((one) => !allowed(one))).toEqual([])
  })

  it("mark top-level calls as pure", () => {
    const unmarked = modules.flatMap((file) =>
      read(file)
        .split("\n")
        .filter((line) => /^(export )?const \w+ = [A-Z]\w*\.\w+\(/.test(line))
        .map((line) => `${file}: ${line}`)
    )
    expect(unmarked).toEqual([])
  })
})
