import type * as Schema from "effect/Schema"
import * as Endpoint from "../declaration.js"
import { lazySchema } from "../internal/lazySchema.js"
import { otherwise } from "./otherwise.js"

/**
 * The same endpoint, of whose replies those that do not decode are decoded by another schema in the
 * second place.
 */
export const leniently = <A>(fallback: () => Schema.Schema.AnyNoContext) => {
  return <Operation extends string, Input, E>({
    body: _,
    success,
    ...description
  }: Endpoint.Endpoint<Operation, Input, unknown, E>): Endpoint.Endpoint<Operation, Input, A, E> => {
    const lenient: Endpoint.Endpoint.Any = Endpoint.make(description.operation, {
      ...description,
      success: lazySchema(() => otherwise<A>(success ?? fallback(), fallback))
    })
    // but for its value it is the same
    return lenient as Endpoint.Endpoint<Operation, Input, A, E>
  }
}
