/**
 * One notation for the shape of a field, from the facts and from a schema (`ast.ts`), so that the two can be compared.
 */
import type { Field, Shape } from "./facts.js"

const ofShape = (shape: Shape): string => {
  if ("ref" in shape) return `ref ${shape.ref}`
  if ("arrayOf" in shape) return `array of ${ofShape(shape.arrayOf)}`
  if ("mapOf" in shape) return `map of ${ofShape(shape.mapOf)}`
  if (shape.enum !== undefined) return `open enum ${shape.enum.join("|")}`
  if (shape.openEnum) return "open enum "
  if (shape.type === "integer") return `integer ${shape.format}`
  if (shape.type === "array") return "array of anything"
  if (shape.type === "object") return "map of anything"
  return shape.format === "date-time" ? "date-time" : shape.type
}

/** A field of the facts. */
export const ofField = (field: Field): string => `${ofShape(field)}${field.required ? "" : ", optional"}`
