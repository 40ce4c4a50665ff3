// Predict, then read: a question takes a guess, keeps it in the browser, and then shows what it withheld.
(() => {
  const store = {
    get: (key) => { try { return localStorage.getItem(key); } catch { return null; } },
    set: (key, value) => { try { localStorage.setItem(key, value); } catch { /* not kept where the browser keeps nothing */ } },
  };
  const make = (tag, about = {}, ...inside) => {
    const element = Object.assign(document.createElement(tag), about);
    element.append(...inside);
    return element;
  };

  const isRight = (box, guess) => {
    const {answer, within} = box.dataset;
    return within === undefined ? guess === answer : Math.abs(guess - answer) <= Number(within);
  };
  const reply = (box, guess) => {
    if (!guess) return `The run says: ${box.dataset.answer}.`;
    return isRight(box, guess) ? `✓ You said ${guess}, and so does the run.` : `You said ${guess}. The run says: ${box.dataset.answer}.`;
  };

  const choices = (box, answered) => {
    const list = box.querySelector("ul");
    const buttons = [...list.querySelectorAll("li")].map((item) => {
      const label = item.textContent.trim(), button = make("button", {type: "button"});
      button.append(...(item.querySelector("p") ?? item).childNodes);
      button.addEventListener("click", () => answered(label));
      return Object.assign(button, {guess: label});
    });
    list.replaceWith(make("div", {className: "tsup-choices"}, ...buttons));
    return (guess) => buttons.forEach((button) => {
      button.setAttribute("aria-pressed", button.guess === guess);
      button.classList.toggle("right", isRight(box, button.guess));
    });
  };

  const number = (box, answered) => {
    const input = make("input", {type: "number", step: "any", required: true});
    const form = make("form", {className: "tsup-choices"}, make("label", {}, "Your guess ", input), make("button", {}, "Guess"));
    form.addEventListener("submit", (event) => { event.preventDefault(); answered(input.value); });
    box.append(form);
    return (guess) => { input.value = guess; };
  };

  // Claims that follow a reading, and what is printed between the question and it, would tell what it withholds.
  const claims = (reading) => {
    const output = reading.nextElementSibling?.querySelector(":scope > .cell_output");
    return output?.querySelector(".tsup-claims") ? [output] : [];
  };
  const printed = (box, reading) => {
    const found = [];
    for (let one = box.nextElementSibling; one !== reading; one = one.nextElementSibling) {
      if (!one) return [];
      found.push(...one.querySelectorAll(":scope > .cell_output:not(:has(.tsup-plot))"));
    }
    return found;
  };

  const ask = (box) => {
    const {name} = box.dataset, key = `tsup-predict-${name}`;
    const readings = [...document.querySelectorAll(`.tsup-reading[data-of="${name}"]`)];
    const withheld = readings.flatMap((reading) => [...printed(box, reading), reading, ...claims(reading)]);
    const said = make("p", {className: "tsup-said"});
    said.setAttribute("role", "status");
    const answered = (guess) => {
      store.set(key, guess);
      show(guess);
      said.textContent = reply(box, guess);
      document.querySelectorAll(`[data-waits="${name}"]`).forEach((waiting) => waiting.remove());
      withheld.forEach((one) => { one.hidden = false; });
    };
    const skip = () => make("button", {type: "button", className: "tsup-skip", onclick: () => {
      answered("");
      readings[0].tabIndex = -1;
      readings[0].focus();
    }}, "Show me");
    const show = box.querySelector("ul") ? choices(box, answered) : number(box, answered);
    box.append(said);
    const kept = store.get(key);
    if (kept !== null) { answered(kept); return; }
    readings.forEach((reading) => {
      const waiting = make("p", {className: "tsup-waiting"}, "What was found waits for your guess above. ", skip());
      waiting.dataset.waits = name;
      reading.before(waiting);
    });
    withheld.forEach((one) => { one.hidden = true; });
  };

  document.querySelectorAll(".tsup-predict").forEach(ask);
})();
