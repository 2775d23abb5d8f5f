export function openPalette() {}

export function Palette() {
  return null
}
