/** Files of tests in the order of `MUTATE_FILES`: those first that are likely to notice a fault soon. */
import type { TestSpecification } from "vitest/node"
import { BaseSequencer } from "vitest/node"

const order = (process.env["MUTATE_FILES"] ?? "").split(",")

export default class InOrder extends BaseSequencer {
  override async sort(files: Array<TestSpecification>): Promise<Array<TestSpecification>> {
    const place = ({ moduleId }: TestSpecification) => order.findIndex((file) => moduleId.endsWith(`/${file}`))
    return files.toSorted((a, b) => place(a) - place(b))
  }
}
