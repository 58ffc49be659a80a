/** Client 3 or 4 against emulator 3 or 4: what fails is the same error, in all that it says of itself. */
import { describe, expect, it } from "vitest"
import { inOwnWords, nameOf, type Pair, pairs, timeless, useDrivers } from "./harness/matrix.js"
import { meet, mishaps } from "./scenarios/errors.js"

const driver = useDrivers()

describe.each(mishaps)("$what", (mishap) => {
  const met = ({ client, emulator }: Pair) => meet(mishap, driver(emulator), driver(client))

  it(`is ${mishap.tag}, whoever calls and whoever answers`, async () => {
    const replies = await Promise.all(
      pairs.map(async (pair) => [nameOf(pair), inOwnWords(timeless(await met(pair)))] as const)
    )
    const [first] = replies
    expect(first?.[1]).toMatchObject({ error: { _tag: mishap.tag } })
    for (const [pair, reply] of replies) expect(reply, pair).toEqual(first?.[1])
  })
})
