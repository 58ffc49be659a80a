/**
 * The test files that do not run on Effect 4 yet, and why. The list only shrinks: `npm run test:effect4` fails when
 * a file that stands here is green, as it fails when another one is red.
 */
export const pending: { readonly [file: string]: string } = {}

/** The test files that are of Effect 3 alone, for good. They are not run on 4. */
export const never: { readonly [file: string]: string } = {
  "test/codec/compile.test.ts": "the decoders that are compiled are of Effect 3: Effect 4 has its own",
  "test/codec/compile.native.test.ts": "the decoders that are compiled are of Effect 3: Effect 4 has its own"
}
