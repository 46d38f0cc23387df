import type { Language } from '../../../domain/language.ts'
import type { ChartView } from './views.ts'

export function chartOf(view: ChartView, language: Language): string {
  return `<svg xmlns="http://www.w3.org/2000/svg"><title>${view.report} ${language}</title></svg>`
}
