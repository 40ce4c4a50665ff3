// A number with a true minus sign and no negative zero, as `words.number` writes it.
function number(value, digits = 2) {
  const text = value.toFixed(digits)
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "−")
}
