const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

const time = String.raw`(?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)`
const month = `(?<month>${months.join("|")})`
const forms = [
  // IMF-fixdate: Sun, 06 Nov 1994 08:49:37 GMT
  String.raw`[a-z]{3}, (?<day>\d{1,2}) ${month} (?<year>\d{4}) ${time} (?:gmt|utc)`,
  // RFC 850: Sunday, 06-Nov-94 08:49:37 GMT
  String.raw`[a-z]{6,9}, (?<day>\d\d)-${month}-(?<year>\d\d) ${time} (?:gmt|utc)`,
  // asctime, which names no zone: Sun Nov  6 08:49:37 1994
  String.raw`[a-z]{3} ${month} +(?<day>\d{1,2}) ${time} (?<year>\d{4})(?: gmt)?`
].map((form) => new RegExp(`^${form}$`, "i"))

/**
 * A date in one of the three forms of RFC 9110, 5.6.7, in milliseconds since the epoch; all of them mean
 * UTC. A year of two digits that would be more than 50 years after `now` is one of the century before.
 */
export const parseHttpDate = (text: string, now: number): number | undefined => {
  for (const form of forms) {
    const groups = form.exec(text.trim())?.groups
    if (groups !== undefined) return toMillis(groups, now)
  }
  return undefined
}

const toMillis = (groups: { readonly [name: string]: string | undefined }, now: number): number | undefined => {
  const { day, hour, minute, month, second, year } = groups
  const at = (fullYear: number): number | undefined => {
    const date = new Date(0)
    date.setUTCFullYear(fullYear, months.indexOf(month?.toLowerCase() ?? ""), Number(day))
    // the 31st of June would be the 1st of July
    const exists = date.getUTCDate() === Number(day) && Number(hour) < 24 && Number(minute) < 60 && Number(second) <= 60
    return exists ? date.setUTCHours(Number(hour), Number(minute), Number(second)) : undefined
  }
  if (year?.length === 4) return at(Number(year))
  const fiftyYearsOn = new Date(now)
  fiftyYearsOn.setUTCFullYear(fiftyYearsOn.getUTCFullYear() + 50)
  const thisYear = new Date(now).getUTCFullYear()
  const century = thisYear - (thisYear % 100)
  // the latest year that ends in these digits and is not too far ahead
  for (const start of [century + 100, century, century - 100]) {
    const date = at(start + Number(year))
    if (date !== undefined && date <= fiftyYearsOn.getTime()) return date
  }
  return undefined
}
