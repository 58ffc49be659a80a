import ts from "typescript"

/** The options of a consumer who checks as strictly as TypeScript can. */
export const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2024.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  types: []
}

/** What an editor has of programs that are in memory, in the directory of a consumer. */
export const languageService = (
  directory: string,
  programs: ReadonlyMap<string, string>,
  others: ReadonlyArray<string> = []
): ts.LanguageService =>
  ts.createLanguageService(
    {
      getCompilationSettings: () => options,
      getScriptFileNames: () => [...programs.keys(), ...others],
      getScriptVersion: () => "1",
      getScriptSnapshot: (file) => {
        const text = programs.get(file) ?? ts.sys.readFile(file)
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text)
      },
      getCurrentDirectory: () => directory,
      getDefaultLibFileName: ts.getDefaultLibFilePath,
      fileExists: (file) => programs.has(file) || ts.sys.fileExists(file),
      readFile: (file) => programs.get(file) ?? ts.sys.readFile(file),
      directoryExists: ts.sys.directoryExists,
      getDirectories: ts.sys.getDirectories,
      realpath: ts.sys.realpath ?? ((path) => path)
    },
    ts.createDocumentRegistry()
  )
