/** What vitest reports, in JSON, as far as it is looked at. */
export interface Report {
  readonly testResults: ReadonlyArray<{
    readonly name: string
    /** `failed` also where the file could not be loaded. */
    readonly status: "passed" | "failed"
    readonly assertionResults: ReadonlyArray<{ readonly fullName: string; readonly status: string }>
  }>
}

/** Why a file is red, or why some of its tests are, by their whole names. */
export type Listed = { readonly [file: string]: string | { readonly [test: string]: string } }

export interface Verdict {
  /** Tests that are green, but for those of files that are listed as a whole. */
  readonly passed: number
  /** Files that cannot be loaded, or tests, that are not listed and are red: as `file` or `file: test`. */
  readonly red: ReadonlyArray<string>
  /** Files and tests that are listed, and are green or not there. */
  readonly unexpectedlyGreen: ReadonlyArray<string>
}

/** What is listed is to be red, all else green. Files that were not run are not looked at. */
export const judge = (report: Report, pathOf: (file: string) => string, listed: Listed): Verdict => {
  let passed = 0
  const red: Array<string> = []
  const unexpectedlyGreen: Array<string> = []
  for (const { assertionResults, name, status } of report.testResults) {
    const path = pathOf(name)
    const here = listed[path]
    const failed = new Set(
      assertionResults.filter((test) => test.status === "failed").map(({ fullName }) => fullName.trim())
    )
    if (typeof here === "string") {
      if (status === "passed") unexpectedlyGreen.push(path)
      continue
    }
    passed += assertionResults.filter((test) => test.status === "passed").length
    if (status === "failed" && failed.size === 0) red.push(path)
    red.push(...[...failed].filter((test) => here?.[test] === undefined).map((test) => `${path}: ${test}`))
    for (const test of Object.keys(here ?? {})) if (!failed.has(test)) unexpectedlyGreen.push(`${path}: ${test}`)
  }
  return { passed, red, unexpectedlyGreen }
}

/** Two lists as one: of a file, each may list some tests. */
export const merged = (one: Listed, other: Listed): Listed => {
  const all: { [file: string]: Listed[string] } = { ...one }
  for (const [file, why] of Object.entries(other)) {
    const before = all[file]
    all[file] = typeof why === "string" || typeof before === "string" ? why : { ...before, ...why }
  }
  return all
}

/** What is listed, in words. */
export const counted = (listed: Listed): string => {
  const files = Object.values(listed).filter((why) => typeof why === "string").length
  const tests = Object.values(listed).reduce(
    (sum, why) => sum + (typeof why === "string" ? 0 : Object.keys(why).length),
    0
  )
  return `${files} files and ${tests} tests of others`
}
