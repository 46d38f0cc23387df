import { seededRandom } from './support/report.ts'

const SYLLABLES =
  'ba be ber bo dor en fel ge gru hal hei ja kel kor la len lin mar mei mo nau ner ol pet ra rie ro sal sen stein tal tho ul ven wal wer win za'
const GIVEN =
  'Anna Björn Chloé Dario Eva François Gül Hanna Íñigo Jürgen Karin Łukasz María Noël Ole Paula Quirin René Søren Théa Ute Věra Wanda Ximena Yusuf Zoë'
const CYRILLIC_GIVEN = 'Анна Борис Вера Григорий Дарья Елена Иван Ксения Людмила Мария Николай Ольга Пётр Светлана Юрий'
const CYRILLIC_FAMILY =
  'Алексеев Баранов Волков Громов Дмитриев Зайцев Ковалёв Лебедев Морозов Новиков Орлов Павлов Соколов Титов Фёдоров'
const GREEK_GIVEN = 'Αθηνά Γιώργος Δήμητρα Ελένη Κώστας Μαρία Νίκος Σοφία'
const GREEK_FAMILY = 'Αγγελόπουλος Βασιλείου Γεωργίου Δημητρίου Καραμανλής Παπαδόπουλος Νικολάου'
const CHINESE_FAMILY = [...'王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗']
const CHINESE_GIVEN = [
  ...'伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国志文海燕春雪晓东宇轩子涵欣怡梓豪诗雨'
]
const JAPANESE_FAMILY = '佐藤 鈴木 高橋 田中 渡辺 伊藤 山本 中村 小林 加藤'
const JAPANESE_GIVEN = 'さくら たけし 美咲 健太 ゆい 翔 花子 一郎'
const KOREAN_FAMILY = [...'김이박최정강조윤장임']
const KOREAN_GIVEN = '서연 민준 지우 하은 도윤 수빈 예준 지민'

const words = (text: string): string[] => text.split(' ')

/** An endless row of names in several scripts, some of them shared by many as in any town; the same for the same seed. */
export function nameMaker(seed: number): () => string {
  const random = seededRandom(seed)
  const one = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T
  const syllables = words(SYLLABLES)
  const latinFamily = () => {
    const name = one(syllables) + one(syllables) + (random() < 0.5 ? one(syllables) : '')
    return name[0]?.toUpperCase() + name.slice(1)
  }
  const pairs = (given: readonly string[], family: readonly string[]) => () => `${one(given)} ${one(family)}`
  const latin = () => `${one(words(GIVEN))} ${latinFamily()}`
  const chinese = () => one(CHINESE_FAMILY) + one(CHINESE_GIVEN) + (random() < 0.7 ? one(CHINESE_GIVEN) : '')
  const japanese = () => `${one(words(JAPANESE_FAMILY))} ${one(words(JAPANESE_GIVEN))}`
  const korean = () => one(KOREAN_FAMILY) + one(words(KOREAN_GIVEN))
  const cyrillic = pairs(words(CYRILLIC_GIVEN), words(CYRILLIC_FAMILY))
  const greek = pairs(words(GREEK_GIVEN), words(GREEK_FAMILY))
  return () => {
    const draw = random()
    if (draw < 0.55) return latin()
    if (draw < 0.8) return chinese()
    if (draw < 0.88) return cyrillic()
    if (draw < 0.92) return greek()
    return draw < 0.97 ? japanese() : korean()
  }
}
