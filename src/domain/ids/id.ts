import * as Schema from "effect/Schema"
import { lazySchema } from "../../internal/lazySchema.js"
import { unsafeInPath } from "../../internal/pathSegment.js"

/** The schema of a branded id that can stand in a URL. */
export const id = <const B extends string>(
  brand: B,
  description: string,
  example: string,
  unfit?: (value: string) => string | undefined
) =>
  lazySchema(() =>
    Schema.String.pipe(
      Schema.filter((value) => unsafeInPath(value) ?? unfit?.(value), {
        identifier: brand,
        description,
        examples: [example],
        arbitrary: () => (fc) => fc.uuid().map((uuid) => example.replace(/^[^@]*/, uuid))
      }),
      Schema.brand(brand)
    )
  )
