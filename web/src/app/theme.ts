import type { MantineColorsTuple } from '@mantine/core'
import { Card, Paper, createTheme } from '@mantine/core'

/** A green like ink: calm enough for a whole day, and 4.5:1 on white from shade 6 on. */
const ink: MantineColorsTuple = [
  '#ecf6f5', '#d9ebe9', '#b0d6d2', '#84c0ba', '#5fada6', '#3f9a92', '#23756f', '#1f5f5b', '#184b48', '#0f3634',
]

/** White on the filled shade, and it on white, is 4.5:1 and better. */
const red: MantineColorsTuple = [
  '#fff5f5', '#ffe3e3', '#ffc9c9', '#ffa8a8', '#ff8787', '#fa5252', '#c92a2a', '#b02525', '#c92a2a', '#a61e1e',
]

export const theme = createTheme({
  primaryColor: 'ink',
  colors: { ink, red },
  // white on it is 4.5:1 and better; links in the dark are lighter
  primaryShade: { light: 6, dark: 6 },
  autoContrast: true,
  luminanceThreshold: 0.35,
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  headings: { fontWeight: '620' },
  components: {
    Paper: Paper.extend({ defaultProps: { radius: 'md' } }),
    Card: Card.extend({ defaultProps: { withBorder: true, radius: 'md' } }),
  },
})
