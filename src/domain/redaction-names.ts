import { ASCII, DENSE, escaped, type Finder, type MappedText, placesOf, type Span } from './redaction-text.ts'
import { foldForSearch } from './text.ts'

/** How a name, a part of it or several parts in a row are told from ordinary words. */
interface Form {
  /** Lengths of its words, so that `Xiao Ming` is told from `Xiaoming`. */
  readonly bounds: string
  /** Only where it begins with a capital: short parts, initials, and names that are words too. */
  readonly needsCapital: boolean
  readonly isPart: boolean
}

/** Never a name by themselves: titles, particles, and what follows the name of a company. */
const NOT_ALONE = new Set(
  (
    'mr mrs ms miss mx dr prof sir madam herr herrn frau fraulein dipl ing mag monsieur mme mlle senor senora sr sra don ' +
    'dona signor signora de da do dos das del della der den dem des di du la le les los las el al von vom zu zum zur van ' +
    'ten ter und y e and of the bin ibn bint abu jr sen ii iii iv gmbh mbh ag kg ohg ug se inc ltd llc plc co corp ' +
    'company srl spa sarl sas bv nv oy ab pty kk ev'
  ).split(' ')
)

/** Names that are ordinary words as well: in small letters they are taken for the word. */
const ORDINARY = new Set(
  (
    'amber april august autumn bell best bill bishop black blank blue bond brand bright brown buck bush butler can cash chance ' +
    'chase chip christian church clay cook cool cooper cross dale dawn day dean drew duke early earl ernst faith fall field ' +
    'fisher flora ford forest fox frank free french frost gene good grace grand grant gray green grey guy hall hand hard ' +
    'harvest head heath hill holiday holly holy home hope hunt hunter iris ivory ivy jack jade jasmine jean jewel joy june ' +
    'just keen king knight lake lance land lane law lily little long love major mark market mason may melody mercy merry ' +
    'miles miller mills moon moore nice noble north park parker pat pearl penny perry pierce pike poor pope potter power ' +
    'price prince rain ray read reed rich rob robin rock rose ruby rust sage sally sandy savage self shade sharp shaw short ' +
    'singer sky small smart smith snow sterling stern stone storm street strong summer sunny sun swift taylor teacher temple ' +
    'terry toll tom trinity true tucker turner victor violet walker wall ward waters weaver welcome wells west white wild ' +
    'will winter wise wolf wood woods wright yard young ' +
    'bauer bach bader bar berg beck bohm bruch busch ehrlich engel feld fest fink fischer fromm fuchs fuhrmann gross gut ' +
    'haas hahn hart hase haus heim herbst hirsch hoch jager jung kaiser kern klein koch konig kraft kramer kranz kraus krug ' +
    'kuhn kunst kurz lang lange lehmann licht lieb linde lowe maler meister mohr morgen muller mutig neumann nacht nagel ' +
    'peters pfeffer preis rau reich richter ritter roth rot sauer sang schafer schmal schmidt schneider schon schreiber ' +
    'schubert schulze schuster schwarz sommer sonntag stark stein stern stolz tag tisch traum vogel vogt voll wagner weber ' +
    'weiss wenig werner winkel wirt zimmer'
  ).split(' ')
)
/** Chinese given names that are ordinary words: alone they are taken for the word. */
const ORDINARY_DENSE = new Set(
  '和平 文明 光明 建设 国庆 健康 快乐 幸福 平安 胜利 自由 明天 天天 新年 可以 高兴 开心 先生 小姐 女士 方便 安全 金额 高级 美丽 东方 東方'.split(
    ' '
  )
)
const COMPOUND_SURNAMES = new Set(
  '欧阳 歐陽 司马 司馬 上官 诸葛 諸葛 东方 東方 皇甫 尉迟 公孙 慕容 令狐 夏侯 司徒 轩辕'.split(' ')
)
/** Behind a Chinese, Japanese or Korean surname they make it one. */
const DENSE_TITLE =
  '(?:先生|女士|小姐|太太|老师|老師|经理|經理|阿姨|叔叔|师傅|師傅|大哥|大姐|医生|醫生|教授|主任|様|さま|さん|씨)'

const WORD = new RegExp(`(?:[A-Za-z]|(?!${DENSE})[\\p{L}\\p{M}])+`, 'gu')
const DENSE_RUN = new RegExp(`(?:${DENSE})+`, 'gu')
/** What may stand between the parts of one name: a blank, a hyphen, a dot after an initial, a comma, a line end. */
const GAP = /^[\s'’‘`´.,·•_&\p{Pd}]{0,3}$/u
const WORDS_AT_MOST = 6
const SHORT = 3
const RUN_TOGETHER_FROM = 6
/** Short names with an `s` that are another word at the head of a sentence. */
const NO_GENITIVE = new Set('this thus does ours ways less lass dass dies uns ours news days'.split(' '))

/**
 * Where names stand in a text: whole, turned round, run together, with an initial, in capitals, without accents or with
 * `ue` for `ü`, and each part by itself. Within other words nothing is found (`Ann` is not in `Annual`); Chinese, Japanese
 * and Korean names are found anywhere, their one-letter parts only before a title.
 */
export function nameFinder(names: readonly string[]): Finder {
  const forms = formsOf(names)
  const beginnings = beginningsOf(forms)
  const dense = names.flatMap(densePatterns)
  return text => [
    ...(forms.size === 0 ? [] : findSpaced(text, forms, beginnings)),
    ...dense.flatMap(pattern => placesOf(text, pattern))
  ]
}

/** The forms under which a text is compared with names of scripts that put blanks between words. */
function formsOf(names: readonly string[]): Map<string, Form> {
  const forms = new Map<string, Form>()
  const add = (words: readonly string[], needsCapital: boolean) => {
    const key = words.join('')
    const known = forms.get(key)
    const form = { bounds: boundsOf(words), needsCapital, isPart: words.length === 1 }
    if (known === undefined || (known.needsCapital && !needsCapital)) forms.set(key, form)
  }
  for (const name of names.flatMap(spellings)) {
    const words = Array.from(foldForSearch(name).matchAll(WORD), ([word]) => word)
    addGroups(words, add)
    const significant = words.filter(word => !NOT_ALONE.has(word))
    const [first = '', ...others] = significant
    const last = others.at(-1)
    if (last === undefined) continue
    for (const order of [words, significant]) {
      for (let from = 1; from < order.length; from++) add([...order.slice(from), ...order.slice(0, from)], false)
    }
    add([first, last], false)
    add([[...first][0] ?? '', last], true)
  }
  return forms
}

function addGroups(words: readonly string[], add: (words: readonly string[], needsCapital: boolean) => void): void {
  for (let from = 0; from < words.length; from++) {
    for (let to = from + 1; to <= Math.min(words.length, from + WORDS_AT_MOST); to++) {
      const group = words.slice(from, to)
      if (group.every(word => NOT_ALONE.has(word) || word.length < 2)) continue
      const [word = ''] = group
      add(group, group.length === 1 && (word.length <= SHORT || ORDINARY.has(word)))
    }
  }
}

/** What a word must be for a name to begin with it; most words of a text are none of these. */
function beginningsOf(forms: ReadonlyMap<string, Form>): ReadonlySet<string> {
  const beginnings = new Set<string>()
  for (const key of forms.keys()) {
    for (let length = 1; length <= key.length; length++) beginnings.add(key.slice(0, length))
    beginnings.add(`${key}s`)
  }
  return beginnings
}

const boundsOf = (words: readonly string[]): string => words.map(({ length }) => length).join(' ')

const SPELLED: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', å: 'aa', ø: 'oe' }
const spelledOut = (text: string): string =>
  text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[äöüåø]/g, letter => SPELLED[letter] as string)

/** `Müller` is also looked for as `Mueller`. */
const spellings = (name: string): string[] => {
  const other = spelledOut(name)
  return foldForSearch(other) === foldForSearch(name) ? [name] : [name, other]
}

interface Word extends Span {
  readonly from: number
  readonly to: number
  readonly plain: string
  readonly expanded: string
  readonly isCapital: boolean
}

function findSpaced(text: MappedText, forms: ReadonlyMap<string, Form>, beginnings: ReadonlySet<string>): Span[] {
  const words = Array.from(text.form.matchAll(WORD), ({ 0: plain, index }) => wordAt(text, plain, index))
  const spans: Span[] = []
  for (let i = 0; i < words.length; ) {
    const first = words[i] as Word
    const mayBegin = beginnings.has(first.plain) || beginnings.has(first.expanded)
    const taken = mayBegin ? nameAt(text, words, i, forms) : 0
    const last = words[i + taken - 1]
    if (last !== undefined && taken > 0) spans.push({ start: first.start, end: last.end })
    i += Math.max(1, taken)
  }
  return spans
}

function wordAt(text: MappedText, plain: string, index: number): Word {
  const { start, end } = text.spanOf(index, index + plain.length)
  const source = text.original.slice(start, end)
  const [letter = ''] = source
  return {
    start,
    end,
    from: index,
    to: index + plain.length,
    plain,
    expanded: ASCII.test(source) ? plain : foldForSearch(spelledOut(source)),
    isCapital: isCapital(letter)
  }
}

/** Letters of scripts that know no capitals count as such. */
const isCapital = (letter: string): boolean =>
  !(letter >= 'a' && letter <= 'z') && (letter.toLowerCase() !== letter || letter.toUpperCase() === letter)

/** How many words from here on are one name, the most that are; 0 where none is. */
function nameAt(text: MappedText, words: readonly Word[], from: number, forms: ReadonlyMap<string, Form>): number {
  let most = 1
  while (most < WORDS_AT_MOST && isJoined(text, words[from + most - 1], words[from + most])) most++
  for (let count = most; count > 0; count--) {
    const group = words.slice(from, from + count)
    if (isName(group, forms, 'plain') || isName(group, forms, 'expanded')) return count
  }
  return 0
}

const isJoined = (text: MappedText, one: Word | undefined, next: Word | undefined): boolean =>
  one !== undefined && next !== undefined && GAP.test(text.form.slice(one.to, next.from))

function isName(group: readonly Word[], forms: ReadonlyMap<string, Form>, spelling: 'plain' | 'expanded'): boolean {
  const written = group.map(word => word[spelling])
  const key = written.join('')
  const allCapital = group.every(({ isCapital }) => isCapital)
  const form = forms.get(key)
  if (form !== undefined && (allCapital || !form.needsCapital)) {
    if (form.bounds === boundsOf(written)) return true
    return group.length === 1 ? key.length >= RUN_TOGETHER_FROM : allCapital
  }
  if (group.length > 1 || !allCapital || !key.endsWith('s') || key.length <= SHORT || NO_GENITIVE.has(key)) return false
  const name = key.slice(0, -1)
  const base = forms.get(name)
  return base?.isPart === true && (!base.needsCapital || (name.length === SHORT && !ORDINARY.has(name)))
}

function densePatterns(name: string): RegExp[] {
  const runs = Array.from(foldForSearch(name).matchAll(DENSE_RUN), ([run]) => run)
  if (runs.length === 0) return []
  const whole = [...runs.join('')]
  const parts = runs.flatMap(run => partsOf([...run]))
  const patterns = [
    ...(whole.length > 1 ? [whole.map(escaped).join('[\\s·•・]?')] : []),
    ...parts.filter(part => !ORDINARY_DENSE.has(part)).map(part => [...part].map(escaped).join('[ ·•・]?')),
    `(?<it>${escaped(surnameOf(runs[0] ?? ''))})${DENSE_TITLE}`
  ]
  return patterns.map(pattern => new RegExp(pattern, 'dgu'))
}

const surnameOf = (run: string): string => {
  const [first = '', second = ''] = run
  return COMPOUND_SURNAMES.has(first + second) ? first + second : first
}

/** What a name of two to four letters is called by in parts of two or more: the given name, a surname of two letters. */
function partsOf(letters: readonly string[]): string[] {
  const joined = (from: number, to?: number) => letters.slice(from, to).join('')
  const parts = [joined(0)]
  if (letters.length === 3 || letters.length === 4) {
    if (COMPOUND_SURNAMES.has(joined(0, 2))) parts.push(joined(0, 2), joined(2))
    else if (letters.length === 3) parts.push(joined(1))
    else parts.push(joined(0, 2), joined(2), joined(1))
  }
  return [...new Set(parts)].filter(part => [...part].length > 1)
}
