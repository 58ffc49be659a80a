/** What a token can look like is found out with every text. */
import type * as ours from "../../../src/internal/redact.js"
import { redact } from "../../../src/internal/redact.js"

export { printable, redact } from "../../../src/internal/redact.js"

export const redactor: typeof ours.redactor = (secrets) => (text) => redact(text, secrets)
