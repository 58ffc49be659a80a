/**
 * Before each test file. `it.layer` of @effect/vitest writes the methods of its layer onto vitest's
 * own `it`, and so would leave its `TestClock` to the files that come after in the same process.
 */
import { it } from "@effect/vitest"

const key = Symbol.for("effect-genesys-chats/test/it")
const kept: typeof globalThis & { [key]?: object } = globalThis

kept[key] ??= { effect: it.effect, scoped: it.scoped, live: it.live, scopedLive: it.scopedLive, layer: it.layer }
Object.assign(it, kept[key])
