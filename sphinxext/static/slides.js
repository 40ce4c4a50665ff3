// A deck that fills the window: nothing is scaled, so that figures answer to the pointer where it is.
(() => {
  const deck = new Reveal({embedded: false, hash: true, disableLayout: true, center: false, transition: "none", plugins: [RevealNotes]});
  // A figure that was laid out while its slide was hidden takes its size when it is shown.
  const show = () => {
    dispatchEvent(new Event("resize"));
    deck.getCurrentSlide()?.querySelectorAll(".tsup-plot").forEach((plot) => tsupFigures.wake(plot.id).catch(() => {}));
  };
  deck.initialize().then(show);
  deck.on("slidechanged", show);
})();
