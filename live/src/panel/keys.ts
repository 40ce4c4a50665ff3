/** Letters that press buttons while focus is within the figure and nothing is typed. */

const LETTERS = "tsrn";

/** Each button says its letter, to who points at it too. */
export function press(figure: HTMLElement, buttons: HTMLElement[]): void {
  buttons.forEach((button, k) => {
    button.title = LETTERS[k];
    button.setAttribute("aria-keyshortcuts", LETTERS[k]);
  });
  figure.onkeydown = (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || (event.target as Element).matches(".number")) return;
    const button = buttons[LETTERS.indexOf(event.key)];
    if (!button) return;
    // A notebook has letters of its own.
    event.stopPropagation();
    button.click();
  };
}
