import type { Random } from './random.ts'

/** A person's name as its bearer writes it. */
export interface PersonName {
  readonly name: string
  readonly gender: 'female' | 'male'
  /** The name in Latin letters without accents, for addresses of mail. */
  readonly mailbox: string
}

/** Where a name comes from: first names and family names that go together. */
interface NameBook {
  readonly female: readonly string[]
  readonly male: readonly string[]
  readonly family: readonly string[]
  /** The family name comes first, without a space. */
  readonly familyFirst?: true
  /** Family names of women end differently. */
  readonly feminine?: (family: string) => string
}

const list = (text: string): readonly string[] => text.split(' ')

const BOOKS: Readonly<Record<BookName, NameBook>> = {
  german: {
    female: list('Käthe Anneliese Gisela Sabine Heike Ulrike Mareike Lena Frauke Grete Bärbel Jördis'),
    male: list('Jürgen Björn Götz Uwe Matthias Torsten Rüdiger Lukas Jörg Henning Sören Karl-Heinz'),
    family: list('Müller Schäfer Groß Köhler Weiß Böhm Lüders Hofmann Jäger Krüger Döring Voß Brandt Kühn Steinmetz')
  },
  french: {
    female: list('Zoé Chloé Hélène Françoise Anaïs Maëlle Océane Noémie Agnès Solène Geneviève Inès'),
    male: list('François Rémi Gaël Loïc Théo Jérôme Étienne Benoît Noël Stéphane Clément Raphaël'),
    family: list(
      "Lefèvre Béranger Garçon D'Août Boué Pélissier Forêt Hébert Chénier Gaüzère Rousseau Nunès Crépin Guérin"
    )
  },
  turkish: {
    female: list('Ayşe Gülşen Şule Özlem Çiğdem Zeynep İpek'),
    male: list('Çağrı Şükrü Ömer Işık Uğur Barış İsmail'),
    family: list('Yıldız Öztürk Şahin Çelik Güneş Doğan Kılıç Aydın')
  },
  polish: {
    female: list('Małgorzata Żaneta Bożena Łucja Świętosława Agnieszka'),
    male: list('Łukasz Józef Stanisław Paweł Michał Zbigniew'),
    family: list('Wiśniewski Dąbrowski Zieliński Łącki Górecki Źródłowski'),
    feminine: family => family.replace(/ki$/, 'ka')
  },
  cyrillic: {
    female: list('Анна Ольга Наталья Ксения Людмила Вера'),
    male: list('Дмитрий Сергей Алексей Николай Пётр Фёдор'),
    family: list('Иванов Кузнецов Попов Соколов Лебедев Морозов Федоров Зайцев'),
    feminine: family => `${family}а`
  },
  ukrainian: {
    female: list('Оксана Ірина Їванна Леся Тетяна'),
    male: list('Тарас Євген Ігор Остап Василь'),
    family: list('Шевченко Бойко Коваленко Гнатюк Кравчук Їжакевич')
  },
  greek: {
    female: list('Ελένη Μαρία Κατερίνα Σοφία'),
    male: list('Γιώργος Νίκος Δημήτρης Κώστας'),
    family: list('Οικονόμου Βλάχου Γεωργίου Παπαθανασίου')
  },
  arabic: {
    female: list('فاطمة ليلى نور سلمى ياسمين هدى أمينة مريم'),
    male: list('محمد أحمد يوسف خالد عمر حسن إبراهيم طارق'),
    family: list('الحداد النجار منصور العلي بن_يوسف الخطيب صالح قاسم')
  },
  chinese: {
    female: list('秀英 丽娜 芳 梦琪 雨桐 静怡 欣妍 玉兰 晓燕 佳慧 思颖 婷'),
    male: list('伟 建国 志强 浩然 子轩 俊杰 明 海涛 文博 晓东 嘉豪 磊'),
    family: list('王 李 张 刘 陈 杨 黄 赵 周 吴 徐 孙 马 朱 胡 林 欧阳 司马'),
    familyFirst: true
  },
  japanese: {
    female: list('さくら 陽子 美咲 ゆかり'),
    male: list('健太 翔 大輔 ひろし'),
    family: list('佐藤 鈴木 高橋 渡辺'),
    familyFirst: true
  },
  korean: {
    female: list('지우 서연 하은 민지'),
    male: list('민준 도윤 지훈 현우'),
    family: list('김 이 박 최'),
    familyFirst: true
  }
}

type BookName =
  | 'german'
  | 'french'
  | 'turkish'
  | 'polish'
  | 'cyrillic'
  | 'ukrainian'
  | 'greek'
  | 'arabic'
  | 'chinese'
  | 'japanese'
  | 'korean'

/** Who lives around a store. */
const NEIGHBOURS: Readonly<Record<string, readonly (readonly [BookName, number])[]>> = {
  SH01: [
    ['chinese', 88],
    ['japanese', 4],
    ['korean', 4],
    ['french', 2],
    ['german', 2]
  ],
  BE01: [
    ['german', 58],
    ['turkish', 12],
    ['polish', 9],
    ['cyrillic', 6],
    ['ukrainian', 5],
    ['arabic', 6],
    ['greek', 4]
  ],
  LY01: [
    ['french', 74],
    ['arabic', 12],
    ['polish', 4],
    ['german', 4],
    ['chinese', 3],
    ['cyrillic', 3]
  ]
}

/** A name as one meets it near a store. */
export function personNear(random: Random, storeCode: string): PersonName {
  const book = BOOKS[random.weighted<BookName>(NEIGHBOURS[storeCode] ?? [['german', 1]])]
  const gender = random.chance(0.56) ? 'female' : 'male'
  const first = random.pick(book[gender])
  const family = random.pick(book.family).replaceAll('_', ' ')
  const inflected = gender === 'female' && book.feminine ? book.feminine(family) : family
  const name = book.familyFirst ? `${family}${first}` : `${first} ${inflected}`
  return { name, gender, mailbox: latin(`${first}.${inflected}`) }
}

const LATIN_SPECIAL: Readonly<Record<string, string>> = { ß: 'ss', ł: 'l', ı: 'i', ø: 'o' }

/** Empty where the script has no Latin letters. */
const latin = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[ßłıø]/g, letter => LATIN_SPECIAL[letter] ?? '')
    .normalize('NFD')
    .replace(/[^a-z.]/g, '')
    .replace(/^\.+|\.+$/g, '')

const ORGANIZATIONS: Readonly<Record<string, readonly (readonly [before: string, after: string])[]>> = {
  SH01: [
    ['上海', '酒店管理有限公司'],
    ['上海', '舞蹈学校'],
    ['华东', '旅行社']
  ],
  BE01: [
    ['Hotel ', ' GmbH'],
    ['Sportverein ', ' e. V.'],
    ['Theater ', '']
  ],
  LY01: [
    ['Hôtel ', ' SARL'],
    ['École de danse ', ''],
    ['Association ', '']
  ]
}

const PLACES: Readonly<Record<string, readonly string[]>> = {
  SH01: list('云间 东方 静安 金桥 望江 梧桐 海派 新月 长乐 百川'),
  BE01: list('Spreeblick Grünau Havelland Lindenhof Müggelsee Kastanie Nordstern Weißensee Tegel Südkreuz'),
  LY01: list('Confluence Croix-Rousse Fourvière Saône Bellecour Guillotière Perrache Gerland Vaise Brotteaux')
}

/** The nth firm or club near a store; after thirty the names begin anew. */
export function organizationNear(storeCode: string, nth: number): string {
  const kinds = ORGANIZATIONS[storeCode] ?? [['', '']]
  const places = PLACES[storeCode] ?? ['']
  const [before, after] = kinds[nth % kinds.length] as (typeof kinds)[number]
  return `${before}${places[(3 * nth) % places.length]}${after}`
}
