/** What vitest reports, in JSON, as far as it is looked at. */
export interface Report {
  readonly testResults: ReadonlyArray<{
    readonly name: string
    /** `failed` also where the file could not be loaded. */
    readonly status: "passed" | "failed"
    readonly assertionResults: ReadonlyArray<{ readonly status: string }>
  }>
}

export interface Verdict {
  readonly passed: number
  /** Tests that failed in files that are to be green; a file that cannot be loaded counts as one. */
  readonly failed: number
  /** Files that are to be green and are not. */
  readonly red: ReadonlyArray<string>
  /** Files that are listed as pending, and are green. */
  readonly unexpectedlyGreen: ReadonlyArray<string>
  readonly left: number
}

/** Files that are pending are to be red, all others green. */
export const judge = (report: Report, pathOf: (file: string) => string, pending: ReadonlySet<string>): Verdict => {
  const files = report.testResults.map(({ assertionResults, name, status }) => {
    const of = (wanted: string) => assertionResults.filter((result) => result.status === wanted).length
    return { path: pathOf(name), green: status === "passed", passed: of("passed"), failed: of("failed") }
  })
  const wanted = files.filter(({ path }) => !pending.has(path))
  const red = wanted.filter(({ green }) => !green)
  return {
    passed: wanted.reduce((sum, { passed }) => sum + passed, 0),
    failed: red.reduce((sum, { failed }) => sum + Math.max(1, failed), 0),
    red: red.map(({ path }) => path),
    unexpectedlyGreen: files.filter(({ green, path }) => green && pending.has(path)).map(({ path }) => path),
    left: pending.size
  }
}
