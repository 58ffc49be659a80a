declare module "nspell" {
  interface Spell {
    readonly add: (word: string) => Spell
    readonly correct: (word: string) => boolean
  }
  const nspell: (aff: Uint8Array, dic: Uint8Array) => Spell
  export default nspell
}
