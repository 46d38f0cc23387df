import { Temporal } from 'temporal-polyfill'
import { startOfDay } from '../../services/calendar.ts'
import type { Random } from './random.ts'

/** One of the chain's stores. */
export interface DemoStore {
  readonly code: string
  readonly name: string
  readonly timeZone: string
  readonly currency: string
  /** Its part of the chain's customers. */
  readonly share: number
  /** How much of a weekday's trade a Sunday brings; 0 where shops are closed. */
  readonly sunday: number
}

/** A reduction that the whole shop knows of: who buys then may get it. */
export interface Sale {
  readonly code: string
  readonly discount: number
}

/** A day of trade, seen from all stores. */
export interface TradingDay {
  readonly day: string
  readonly month: number
  readonly monthDay: number
  /** 1 is Monday. */
  readonly weekday: number
}

const SINGLES_DAY: Sale = { code: 'DOUBLE11', discount: 0.25 }

/** Trade beside the mean of the year, January first: the weeks before the feasts, and the first warm ones. */
const SEASON = [0.95, 0.75, 1.15, 1.25, 1.05, 0.9, 0.95, 0.75, 0.95, 1.05, 1.35, 1.7]
const WEEKDAY = [0.75, 0.75, 0.8, 0.95, 1.3, 1.75]

/** The `count` days that end before `until`. */
export function tradingDays(until: string, count: number): TradingDay[] {
  const end = Temporal.PlainDate.from(until)
  return Array.from({ length: count }, (_, index) => {
    const date = end.subtract({ days: count - index })
    return { day: date.toString(), month: date.month, monthDay: date.day, weekday: date.dayOfWeek }
  })
}

/** How much trade a day brings to a store. */
export function tradeOf(store: DemoStore, date: TradingDay): number {
  const weekday = date.weekday === 7 ? store.sunday : (WEEKDAY[date.weekday - 1] as number)
  const sale = saleOn(store, date)
  const pull = sale === SINGLES_DAY ? 3.5 : sale ? 1.35 : 1
  return weekday * (SEASON[date.month - 1] as number) * pull
}

/** The reduction that holds in a store on a day: clearance after each season, a week in November, Singles' Day in China. */
export function saleOn(store: DemoStore, { day, month, monthDay }: TradingDay): Sale | null {
  const year = day.slice(2, 4)
  if (store.currency === 'CNY' && month === 11 && monthDay >= 9 && monthDay <= 11) return SINGLES_DAY
  if (month === 11 && monthDay >= 22 && monthDay <= 29) return { code: `BLACK-${year}`, discount: 0.2 }
  if (month === 1 && monthDay >= 3 && monthDay <= 24) return { code: `WINTER-${year}`, discount: 0.3 }
  if (month === 7 && monthDay >= 1 && monthDay <= 20) return { code: `SUMMER-${year}`, discount: 0.3 }
  return null
}

/** Days of a store drawn by their trade, from any stretch of days. */
export function dayPicker(store: DemoStore, days: readonly TradingDay[]) {
  const upTo = [0]
  for (const date of days) upTo.push((upTo.at(-1) as number) + tradeOf(store, date))
  const at = (index: number) => upTo[index] as number
  return {
    /** Trade of the days in [from, to), beside a day of mean trade. */
    trade: (from: number, to: number) => ((at(to) - at(from)) * days.length) / at(days.length),
    /** The number of a day in [from, to). */
    pick(random: Random, from: number, to: number): number {
      const wanted = at(from) + random.next() * (at(to) - at(from))
      let [low, high] = [from, to - 1]
      while (low < high) {
        const middle = (low + high) >> 1
        if (at(middle + 1) > wanted) high = middle
        else low = middle + 1
      }
      return low
    }
  }
}

/** Instants of a store's opening hours: ten to eight, most of them in the afternoon. Kept to whole seconds, as tills do. */
export function openingHours(store: DemoStore, days: readonly TradingDay[]) {
  const midnights = days.map(({ day }) => Date.parse(startOfDay(store.timeZone, day)))
  return (random: Random, dayIndex: number): string => {
    const hours = 10 + 10 * ((random.next() + random.next() + random.next()) / 3)
    return new Date((midnights[dayIndex] as number) + Math.floor(hours * 3_600) * 1_000)
      .toISOString()
      .replace('.000Z', 'Z')
  }
}

/** Euros for one yuan, day by day: a slow walk that is pulled back to its mean. Six decimals, as rates are published. */
export function yuanRates(random: Random, count: number): number[] {
  let rate = 0.1282
  return Array.from({ length: count }, () => {
    rate += 0.02 * (0.1282 - rate) + 0.0003 * random.normal()
    return Math.round(rate * 1e6) / 1e6
  })
}
