"""What typst has no function for, in its own language."""

# The name of the section that the page begins in.
SECTION = "#{ let all = query(heading.where(level: 2).before(here())); if all.len() > 0 { upper(all.last().body) } }"
# A picture at the right, the words that find place beside it, and the others below.
AROUND = """#let around(picture, words) = layout(size => {
  let (wide, gap) = (0.4 * size.width, 1.2em.to-absolute())
  let high = measure(block(width: wide, picture)).height
  let fits(n) = measure(block(width: size.width - wide - gap, words.slice(0, n).join(" "))).height <= high
  let n = 1
  while n < words.len() and fits(n + 1) { n += 1 }
  let upper = words.slice(0, n).join(" ")
  grid(columns: (1fr, wide), gutter: gap, [#upper#if n < words.len() { linebreak(justify: true) }], picture)
  v(par.leading, weak: true)
  words.slice(n).join(" ")
})"""
# Columns that end together: the least height in which their pieces find place, and a little more. Where a page ends
# within them, a piece that is not broken needs its height once more.
BALANCED = """#let balanced(n, gutter, pieces, whole) = layout(size => {
  let width = (size.width - (n - 1) * gutter) / n
  let heights = pieces.map(piece => measure(block(width: width, piece)).height + 1em.to-absolute())
  let high = heights.sum() / n
  for attempt in range(200) {
    let used = 0pt
    for (height, unbroken) in heights.zip(whole) {
      let left = high - (used - calc.floor(used / high) * high)
      if unbroken and height > left { used += left }
      used += height
    }
    if used <= n * high { break }
    high += 6pt
  }
  let rest = size.height + 1cm - here().position().y
  if high > rest {
    let unbroken = heights.zip(whole).filter(((_, one)) => one).map(((height, _)) => height)
    high += calc.max(0pt, ..unbroken)
  }
  block(height: high + 2em.to-absolute(), columns(n, gutter: gutter, pieces.join(parbreak())))
})"""
