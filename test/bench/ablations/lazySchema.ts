/** Schemas that are made as they are loaded. */
import type { lazySchema as ours } from "../../../src/internal/lazySchema.js"

export const lazySchema: typeof ours = (make) => make()
