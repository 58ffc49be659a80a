export interface Shape {
  readonly [name: string]: {
    readonly typeof: string
    readonly name?: string
    readonly length?: number
    readonly keys?: ReadonlyArray<string>
    readonly value?: string
  }
}
export const shapeOf: (module: object) => Shape
