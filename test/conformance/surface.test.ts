/** The package exports the same for either Effect. */
import { expect, it } from "vitest"
import { majors } from "./harness/majors.js"
import { useDrivers } from "./harness/matrix.js"

const driver = useDrivers()

it("exports the same names at each entry point, whichever Effect it is for", async () => {
  const [first, ...others] = await Promise.all(majors.map((major) => driver(major).surface()))
  expect(first).toMatchObject({ ".": { Chats: { getChatsRoom: "export" } }, "./testing": { Emulator: {} } })
  for (const other of others) expect(other).toEqual(first)
})
