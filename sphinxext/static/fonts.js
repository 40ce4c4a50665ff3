// Nothing is seen before the fonts that the style sheets hold are read: text that is set twice moves what is below it.
(() => {
  const wanted = ["1em 'Source Serif'", "italic 1em 'Source Serif'", "1em 'Source Sans'", "900 1em 'Font Awesome 6 Free'"];
  const {classList} = document.documentElement;
  const patience = new Promise((done) => setTimeout(done, 15_000));
  classList.add("tsup-waits");
  Promise.race([patience, Promise.allSettled(wanted.map((font) => document.fonts.load(font)))]).then(() => classList.remove("tsup-waits"));
})();
