import { asWord, type MappedText, placesOf, type Span } from './redaction-text.ts'
import type { Turns } from './turns.ts'

/** What looks like personal data, whoever it belongs to. */
export type PatternKind = 'name' | 'phone' | 'email' | 'handle' | 'address' | 'number' | 'card' | 'account' | 'id'

interface Pattern {
  readonly kind: PatternKind
  readonly pattern: RegExp
  /** What was found must also pass this. */
  readonly holds?: (found: string) => boolean
}

const word = (pattern: string, flags = 'dgu'): RegExp => new RegExp(asWord(pattern), flags)

/** A word of a name: it begins with a capital and is no mask such as XXXX. */
const CAPITALISED = "(?!X{2,}\\b)\\p{Lu}[\\p{L}\\p{M}'’-]{1,40}"
const TO_THREE = `${CAPITALISED}(?:[ \\t]+(?:${CAPITALISED}|\\p{Lu}\\.)){0,2}`
const NAME_ENDS = '(?=$|[\\s，。,.；;、！!？?（(]|是|的)'
const SURNAME =
  '[王李张張刘劉陈陳杨楊赵趙黄黃周吴吳徐孙孫胡朱高林何郭马馬罗羅梁宋郑鄭谢謝韩韓唐冯馮于董萧蕭程曹袁邓鄧许許傅沈曾彭吕呂苏蘇卢盧蒋蔣蔡贾賈丁魏薛叶葉阎閻余潘杜戴夏钟鐘汪田任姜范方石姚谭譚廖邹鄒熊金陆陸郝孔白崔康毛邱秦江史顾顧侯邵孟龙龍万萬段雷钱錢汤湯尹黎易常武乔喬贺賀赖賴龚龔文]'
const COMPOUND_SURNAME = '(?:欧阳|歐陽|司马|司馬|上官|诸葛|諸葛|皇甫|慕容|令狐|夏侯|司徒)'
/** They begin with a surname, stand before “ladies” and the like, and are said of shoes. */
const NO_CHINESE_NAME = new Set([
  '高级',
  '高級',
  '高档',
  '高跟',
  '白色',
  '黄色',
  '黃色',
  '金色',
  '毛绒',
  '周年',
  '时尚'
])
/** A letter of a Chinese place name: none of the verbs and relations that stand before one. */
const PLACE_LETTER = '(?![在到是址住于往寄送至我们您去从])\\p{Script=Han}'
/** Where a place name begins for sure; elsewhere no more than three letters are taken for the name of a street. */
const PLACE_BEGINS = '(?<=[在到是址住于往寄送至去从][：:]?|[，。,；;：:\\s]|^)'

/** The cue makes the number: what stands behind it must hold a digit and is taken whole. */
const NUMBER_CUE =
  '(?:order|receipt|invoice|booking|customer|client|account|reference|ref|case|ticket|contract|policy|tracking|membership|member|loan|' +
  'bestellung|bestell|auftrags?|rechnungs?|lieferung|kunden|beleg|quittungs?|vertrags?|vorgangs?|sendungs?|mitglieds|konto|kassenbon|bon|' +
  'commande|facture|reçu|ticket de caisse|dossier|contrat|pedido|factura|recibo|ordine|fattura|scontrino|ricevuta)'
const NUMBER_WORD =
  '(?:[ -]?(?:mit der )?(?:number|num|nummer|no|nr|id|code|numéro|número|numero)\\b\\.?(?:\\s*(?:is|was|ist|war|lautet|est|es|è))?|\\s?n\\.?°|\\s*#)'
const NUMBER_TOKEN = '(?=[\\p{L}\\p{N}/_-]{0,40}\\p{N})[\\p{L}\\p{N}](?:[\\p{L}\\p{N}/_-]{0,60}[\\p{L}\\p{N}])?'

/** Letters and digits in parts: taken whole or not at all, so that no half of a number is left. */
const NUMBER_IN_PARTS = '[A-Z\\d]{1,20}(?:[-/_][A-Z\\d]{1,20}){0,5}(?![\\p{L}\\p{N}]|[-/_.,]\\p{N})'

/** A year, a time of years or a day behind `invoice` is when it was, and not its number. */
const isNoTime = (found: string): boolean =>
  !/^(?:(?:19|20)\d\d(?:[-/](?:19|20)?\d\d)?|\d{4}-\d\d?-\d\d?|\d\d?[-/]\d\d?[-/](?:\d\d)?\d\d)$/.test(found)

const GERMAN_TIMES =
  'Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonnabend|Sonntag|Januar|Februar|März|April|Mai|Juni|Juli|August|September|' +
  'Oktober|November|Dezember|Morgen|Mittag|Abend|Nacht|Woche|Tag|Jahr|Monat|Frühling|Frühjahr|Sommer|Herbst|Winter'

const digitsOf = (found: string): string => found.replace(/\D/g, '')

/** Check digit after Luhn. */
function isLuhn(found: string): boolean {
  let sum = 0
  for (const [place, digit] of [...digitsOf(found)].reverse().entries()) {
    const value = Number(digit) * (place % 2 === 0 ? 1 : 2)
    sum += value > 9 ? value - 9 : value
  }
  return sum % 10 === 0
}

/** Check digits of an IBAN (ISO 13616): modulo 97, letters as 10 to 35. */
function isIban(found: string): boolean {
  const plain = found.replace(/\s/g, '').toUpperCase()
  if (plain.length < 15 || plain.length > 34) return false
  let rest = 0
  for (const letter of plain.slice(4) + plain.slice(0, 4)) {
    for (const digit of String(Number.parseInt(letter, 36))) rest = (rest * 10 + Number(digit)) % 97
  }
  return rest === 1
}

/** Check digit of a Chinese identity number (GB 11643): modulo 11. */
function isChineseId(found: string): boolean {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
  const sum = weights.reduce((total, weight, place) => total + weight * Number(found[place]), 0)
  return '10X98765432'[sum % 11] === found[17]?.toUpperCase()
}

const isPhoneLong = (found: string): boolean => digitsOf(found).length >= 7 && digitsOf(found).length <= 15
const isNoDay = (found: string): boolean =>
  !/^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:$|[-/])/.test(found)

/** Digits with little between them. No dots with fewer than two digits between, which are dates and amounts. */
const DIALLED = '\\d(?:[ \\t]?[-/.–—][ \\t]?\\d|[ \\t()]{0,3}\\d){5,17}'

const PATTERNS: readonly Pattern[] = [
  {
    kind: 'email',
    pattern:
      /(?<![\p{Script=Latin}\d._%+'-])[\p{Script=Latin}\d._%+'-]{1,64}@(?:[\p{Script=Latin}\d-]{1,63}\.){1,8}[\p{Script=Latin}]{2,63}/dgu
  },
  {
    kind: 'email',
    pattern: word(
      '(?<![\\w.%+-])[\\w.%+-]{1,64}\\s{0,3}[(\\[{]\\s{0,3}at\\s{0,3}[)\\]}]\\s{0,3}[\\w-]{1,63}(?:\\s{0,3}(?:\\.|[(\\[{]\\s{0,3}dot\\s{0,3}[)\\]}])\\s{0,3}[\\w-]{1,63}){1,8}',
      'dgiu'
    )
  },
  { kind: 'account', pattern: word('[A-Z]{2}\\d{2}(?:[ ]?[A-Z0-9]){11,30}'), holds: isIban },
  { kind: 'id', pattern: word('\\d{17}[\\dXx]'), holds: isChineseId },
  { kind: 'id', pattern: word('(?<![-\\d])\\d{3}-\\d{2}-\\d{4}(?![-\\d])') },
  {
    kind: 'id',
    pattern: new RegExp(
      '(?:passport|reisepass|personalausweis|driver.?s licen[cs]e|social security|ssn|护照|護照|身份证|身分證|驾照)' +
        '(?:[ -]?(?:number|nummer|no|nr|号码|號碼|号|號)\\b\\.?)?\\s*(?:is|ist|是|为)?\\s*[:：#]?\\s*(?<it>(?=[A-Z0-9-]{0,20}\\d)[A-Z0-9][A-Z0-9-]{5,19})',
      'dgiu'
    )
  },
  {
    kind: 'card',
    pattern: word('(?:\\d{13,19}|\\d{4}([ -])\\d{4}\\1\\d{4}\\1\\d{1,7}|\\d{4}[ -]\\d{6}[ -]\\d{5})'),
    holds: isLuhn
  },
  {
    kind: 'card',
    pattern: new RegExp(
      '(?:ending (?:in|with)|ends (?:in|with)|last (?:four|4)(?: digits)?(?: (?:of|are|is))?|endet auf|endend auf|endziffern|尾号|尾號|末四位)' +
        '\\s*(?:是|为)?\\s*[:：#]?\\s*(?<it>\\d{4})(?!\\d)',
      'dgiu'
    )
  },
  // Numbers to dial: with a prefix, as they are written in North America and China, or behind a word that says so.
  { kind: 'phone', pattern: word(`(?:\\+|00)[ (]?${DIALLED}`), holds: isPhoneLong },
  { kind: 'phone', pattern: word('(?:1[ .-]?)?\\(\\d{3}\\)[ ]?\\d{3}[ .-]?\\d{4}') },
  { kind: 'phone', pattern: word('(?:1[ .-])?\\d{3}([ .-])\\d{3}\\1\\d{4}') },
  { kind: 'phone', pattern: word('1[3-9]\\d([ -]?)\\d{4}\\1\\d{4}') },
  { kind: 'phone', pattern: word('0\\d{1,5}[ ]?[-/ ][ ]?\\d{2,}(?:[ -]?\\d{2,}){0,4}'), holds: isPhoneLong },
  { kind: 'phone', pattern: word('0\\d{8,11}') },
  { kind: 'phone', pattern: word('[48]00[ -]\\d{3,4}[ -]\\d{3,4}') },
  {
    kind: 'phone',
    pattern: new RegExp(
      '(?:\\b(?:tel|telephone|telefon|phone|mobile|cell|handy|mobil|fax|whatsapp|call(?: me)?(?: at| on)?|reach me at|erreichbar unter|anrufen unter)\\b|电话|電話|手机|手機|座机|致电|打)' +
        `\\.?(?:[ -]?(?:number|no|nr|nummer|号码|號碼|号)\\b\\.?)?\\s*(?:is|ist|是|为)?\\s*[:：]?\\s*(?<it>\\+?[(]?${DIALLED})(?!\\d)`,
      'dgiu'
    ),
    holds: isPhoneLong
  },
  {
    kind: 'handle',
    pattern: /(?:微信|wechat)(?:[ -]?(?:号|號|id))?\s*(?:是|is|ist)?\s*[:：]\s*(?<it>[a-z][\w-]{5,19})(?![\w-])/dgiu
  },
  {
    kind: 'number',
    pattern: new RegExp(
      `(?<![\\p{L}])${NUMBER_CUE}(?:${NUMBER_WORD}\\s*[:：#]?|\\s*[:：#])\\s*(?<it>${NUMBER_TOKEN})`,
      'dgiu'
    ),
    holds: found => found.length >= 3
  },
  {
    kind: 'number',
    pattern: new RegExp(`(?<![\\p{L}])${NUMBER_CUE}\\s(?<it>${NUMBER_IN_PARTS})`, 'dgiu'),
    holds: found => digitsOf(found).length >= 4 && isNoTime(found)
  },
  {
    kind: 'number',
    pattern:
      /(?:订单|訂單|小票|收据|收據|发票|發票|会员|會員|客户|编号|編號|合同|快递|运单|卡|单)(?:号码|號碼|编号|号|號)?\s*(?:是|为)?\s*[:：#]?\s*(?<it>[A-Za-z]{0,6}[-]?\d[\dA-Za-z-]{3,})/dgu
  },
  { kind: 'number', pattern: word('#[ ]?(?<it>\\d{4,}(?:[-/]\\d{1,20}){0,5})') },
  { kind: 'number', pattern: word('(?:[A-Z]{1,4}-)?\\d{8,}(?:[-/]\\d{1,20}){0,5}'), holds: isNoDay },
  {
    kind: 'address',
    pattern: word(
      '\\p{Lu}[\\p{L}\\p{M}-]{0,40}(?:straße|strasse|str\\.|weg|platz|allee|gasse|damm|ufer|chaussee)[ ]\\d{1,4}(?:[ ]?[a-z](?!\\p{L}))?(?:[ ]?[-/][ ]?\\d{1,4})?'
    )
  },
  {
    kind: 'address',
    pattern: word(
      '\\p{Lu}[\\p{L}\\p{M}-]{1,40}(?:er|e)?[ -](?:Straße|Strasse|Str\\.|Weg|Platz|Allee|Gasse|Ring|Damm|Ufer)[ ]\\d{1,4}(?:[ ]?[a-z](?!\\p{L}))?'
    )
  },
  {
    kind: 'address',
    pattern: word(
      "\\d{1,6}[ ](?:[NSEW]\\.?[ ])?(?:\\p{Lu}[\\p{L}\\p{M}'’-]{0,40}\\.?[ ]|\\d{1,3}(?:st|nd|rd|th)[ ]){1,4}(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Way|Place|Pl|Terrace|Highway|Hwy|Parkway|Pkwy)\\b\\.?(?:,?[ ](?:Apt|Apartment|Suite|Ste|Unit|#)\\.?[ ]?[\\p{L}\\p{N}-]+)?"
    )
  },
  // A street named after where it lies: no day, no hour and no amount.
  {
    kind: 'address',
    pattern: word(
      `(?:Am|Im|An de[rn]|In der|Auf de[rm]|Unter den|Hinter de[rm]|Vor de[rm])[ ](?!(?:${GERMAN_TIMES})\\b)${CAPITALISED}(?:[ ]${CAPITALISED})?[ ]\\d{1,3}(?:[ ]?[a-z](?!\\p{L}))?(?![.,]\\d|[ ]?(?:Uhr|Euro|EUR|€|%|Stück|Tage|Minuten|Stunden|Wochen|Monate|Jahre|Personen|Paar))`
    )
  },
  {
    kind: 'address',
    pattern: word(
      `\\d{1,4}(?:[ ]?(?:bis|ter|quater))?,?[ ](?:[Rr]ue|[Aa]venue|[Bb]oulevard|[Bb]d|[Pp]lace|[Cc]hemin|[Aa]llée|[Ii]mpasse|[Qq]uai|[Rr]oute|[Cc]ours)[ ](?:(?:de|du|des|la|le|les)[ ]|[ld]['’]){0,3}${CAPITALISED}(?:[ ]${CAPITALISED}){0,3}`
    )
  },
  {
    kind: 'address',
    pattern: word(
      `(?:Via|Viale|Piazza|Piazzale|Corso|Largo|Vicolo|Calle|C/|Avenida|Avda\\.?|Plaza|Paseo)[ ]?(?:(?:de|del|della|dei|delle|degli|di|la|las|los|el)[ ]|dell['’]){0,3}${CAPITALISED}(?:[ ]${CAPITALISED}){0,3},?[ ](?:n\\.?[°o]?[ ]?)?\\d{1,4}(?:[ ]?[a-z](?!\\p{L}))?`
    )
  },
  { kind: 'address', pattern: /〒\s?\d{3}-?\d{4}/dgu },
  {
    kind: 'address',
    pattern:
      /(?:東京都|北海道|大阪府|京都府|\p{Script=Han}{2,3}県)[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]{1,15}\d{1,4}(?:(?:丁目|番地|番|号|-)\d{0,4}){0,5}/dgu
  },
  { kind: 'address', pattern: word('P\\.?[ ]?O\\.?[ ]?Box[ ]\\d+', 'dgiu') },
  {
    kind: 'address',
    pattern: new RegExp(
      `(?:${PLACE_BEGINS}(?:(?:${PLACE_LETTER}){2,4}?(?:省|自治区|市|區|区|县|縣|镇|鎮|乡|鄉|村|新区)){0,4}(?:${PLACE_LETTER}){1,6}?|(?:${PLACE_LETTER}){2,3})(?:路|街|大道|大街|巷|弄|胡同)\\s*\\d+\\s*(?:号|號|弄|巷)(?:[\\s之-]*[A-Za-z]{0,8}[\\p{L}\\p{N}]{0,4}?(?:号楼|號樓|栋|棟|幢|座|单元|單元|室|楼|樓|层|層|户)\\d{0,5}){0,8}`,
      'dgu'
    )
  },
  // People who say who they are, or are called so.
  {
    kind: 'name',
    pattern: new RegExp(
      `(?<!\\p{L})(?:[Mm]y (?:full )?name is|(?:Mr|Mrs|Ms|Mx|Miss|Dr|Prof|Monsieur|Madame|Mme|Señora?|Signora?)\\b\\.?)[ \\t]+(?<it>${TO_THREE})`,
      'dgu'
    )
  },
  // In German the noun that follows has a capital as well.
  {
    kind: 'name',
    pattern: new RegExp(
      `(?<!\\p{L})(?:[Mm]ein Name ist|[Ii]ch hei(?:ß|ss)e|(?:Herr|Herrn|Frau|Fräulein)\\b(?: (?:Dr|Prof)\\.)*)[ \\t]+(?:(?:von|van|zu|de)[ \\t]+)?(?<it>${CAPITALISED})`,
      'dgu'
    )
  },
  {
    kind: 'name',
    pattern: new RegExp(
      `(?:我叫|我的名字是|我的名字叫|本人姓名|姓名)\\s*[:：]?\\s*(?<it>${SURNAME}[\\p{Script=Han}]{1,3}?)${NAME_ENDS}`,
      'dgu'
    )
  },
  {
    kind: 'name',
    pattern: new RegExp(
      `(?<it>(?:${COMPOUND_SURNAME}|${SURNAME})[\\p{Script=Han}]{0,2}?)(?:先生|女士|小姐|太太)`,
      'dgu'
    ),
    holds: found => !NO_CHINESE_NAME.has(found)
  },
  { kind: 'name', pattern: new RegExp(`(?:姓)(?<it>${SURNAME})(?=[，。,.；;、！!\\s]|$)`, 'dgu') }
]

/** Every place of a pattern. The text is in its plain form: digits are Latin, full width is not. */
export function* findPatterns(text: MappedText): Turns<(Span & { readonly kind: PatternKind })[]> {
  const found: (Span & { readonly kind: PatternKind })[] = []
  for (const { kind, pattern, holds } of PATTERNS) {
    const places = placesOf(text, pattern).filter(
      ({ start, end }) => holds === undefined || holds(plainBetween(text, start, end))
    )
    for (const span of places) found.push({ ...span, kind })
    yield
  }
  return found
}

const plainBetween = (text: MappedText, start: number, end: number): string =>
  text.original.slice(start, end).normalize('NFKC')
