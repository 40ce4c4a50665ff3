// Sets formulas as SVG, with MathML for assistive technology.
// node math.cjs MACROS        MACROS is JSON, as MathJax's `tex.macros`
// The first line out is the style sheet; then each line in, {tex, display}, is answered by a line {html, glyphs}, where
// glyphs are the outlines that html refers to. All are JSON.
const {createInterface} = require("node:readline")

const NEEDLESS = / (data-c="[^"]*"|data-mml-node="(?!mtable)[^"]*")/g
const say = (value) => process.stdout.write(JSON.stringify(value) + "\n")

const main = async () => {
  const MathJax = await require("mathjax").init({
    loader: {load: ["input/tex", "output/svg", "a11y/assistive-mml"]},
    tex: {macros: JSON.parse(process.argv[2]), packages: {"[-]": ["noundefined"]}},
    svg: {fontCache: "global"},
  })
  const {adaptor, document} = MathJax.startup, {fontCache} = document.outputJax
  say(adaptor.textContent(MathJax.svgStylesheet()))
  for await (const line of createInterface({input: process.stdin})) {
    const {tex, display} = JSON.parse(line)
    const html = adaptor.outerHTML(MathJax.tex2svg(tex, {display})).replace(NEEDLESS, "")
    say({html, glyphs: adaptor.innerHTML(fontCache.getCache())})
    fontCache.clearCache()
  }
}

main()
