import { brandedText } from "../../internal/effect/schema.js"
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
    brandedText(brand, { description, example, wrong: (value) => unsafeInPath(value) ?? unfit?.(value) })
  )
