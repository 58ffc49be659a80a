import type * as Schema from "effect/Schema"
import { describedText, typed } from "../internal/effect/schema.js"

/**
 * The same id as the service sends it: whatever it is, it decodes, so that one
 * odd id does not cost a whole listing. It is checked when it is sent back.
 */
export const received = <A extends string>(schema: Schema.Schema<A, string>): Schema.Schema<A, string> =>
  typed<A, string>(describedText(schema.ast))
