/** The names of the tests that failed, by a report of vitest's in JSON or one of `effect4/suites.ts`; for `.ci/run`. */
import { readFileSync } from "node:fs"
import { relative } from "node:path"
import type { Report } from "./effect4/judge.js"

const { failed, testResults = [] }: Partial<Report> & { readonly failed?: ReadonlyArray<string> } = JSON.parse(
  readFileSync(process.argv[2] ?? "", "utf8")
)
const names = testResults.flatMap(({ assertionResults, name, status }) => {
  const file = relative(process.cwd(), name)
  const red = assertionResults.filter((test) => test.status === "failed").map((test) => test.fullName.trim())
  return red.length === 0 && status === "failed" ? [file] : red.map((test) => `${file}: ${test}`)
})
for (const name of failed ?? names) console.log(name)
