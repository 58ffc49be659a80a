import { describe, expect, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as fc from "effect/FastCheck"
import * as Schema from "effect/Schema"
import { Line } from "../../src/limits/WaitQueue.js"

const Step = Arbitrary.make(
  Schema.Union(
    Schema.Struct({ _tag: Schema.Literal("Join", "Serve") }),
    Schema.Struct({ _tag: Schema.Literal("Leave"), who: Schema.NonNegativeInt })
  )
)

describe("a line", () => {
  it("serves in order, whoever leaves, as a list does", () => {
    fc.assert(
      fc.property(fc.array(Step, { maxLength: 500, size: "max" }), (steps) => {
        const line = new Line<string>()
        const tickets = new Map<string, number>()
        const list: Array<string> = []
        for (const [i, step] of steps.entries()) {
          if (step._tag === "Join") {
            list.push(
              line.join((ticket) => {
                tickets.set(`${i}`, ticket)
                return `${i}`
              })
            )
          } else {
            const all = [...tickets.keys()]
            // who leaves may have left before
            const who = step._tag === "Leave" ? all[step.who % Math.max(1, all.length)] : line.first
            if (who === undefined) continue
            line.leave(tickets.get(who)!)
            if (list.includes(who)) list.splice(list.indexOf(who), 1)
          }
          expect([line.size, line.first]).toEqual([list.length, list[0]])
        }
      })
    )
  })

  it("keeps nobody who has left", () => {
    const line = new Line<number>()
    const tickets = Array.from({ length: 10_000 }, () => line.join((ticket) => ticket))
    for (const ticket of tickets) {
      expect(line.first).toBe(ticket)
      line.leave(ticket)
    }
    expect([line.size, line.first]).toEqual([0, undefined])
  })
})
