import type { Listed } from "../scripts/effect4/judge.js"

/**
 * What does not run on Effect 4 yet, and why: test files, or tests of a file. The list only shrinks:
 * `npm run test:effect4` fails when something that stands here is green, as it fails when something else is red.
 */
export const pending: Listed = {}

const noDriver = "there is no database driver for Effect 4 to test with, and so no store of this kind"
const noWorkflow = "durable workflows are not there for Effect 4 yet"

/** What is of Effect 3 alone. Files are not run on 4, tests are to be red. */
export const never: Listed = {
  "test/codec/compile.test.ts": "the decoders that are compiled are of Effect 3: Effect 4 has its own",
  "test/codec/compile.native.test.ts": "the decoders that are compiled are of Effect 3: Effect 4 has its own",
  "test/sql/Sql.test.ts": noDriver,
  "test/fleet/fleet.test.ts": noDriver,
  "test/fleet/migration.test.ts": noDriver,
  "test/workflow/Durable.test.ts": noWorkflow,
  "test/workflow/kills.test.ts": noWorkflow,
  "test/internal/lazySchema.test.ts": {
    "a lazy schema is called as it is": "a schema of Effect 4 has no name of its own as a text"
  },
  "test/testing/Expect.test.ts": {
    "emulators stay apart two of one layer in one graph are one where it is shared, and two where each is provided by itself":
      "on Effect 4 a layer that is provided within another is shared with it, as Effect says"
  }
}
