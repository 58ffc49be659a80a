/** What Effect 4 does without: tests that ask for something of it are listed in `pending.ts`. */
export {}
