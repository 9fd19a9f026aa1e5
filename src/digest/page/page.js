"use strict";
(() => {
  const STEP = 25; // Quotations that a section shows at first, and more at each click.
  const byId = (id) => document.getElementById(id);
  const form = byId("filters"), words = byId("words"), shown = byId("shown");
  const number = new Intl.NumberFormat(document.documentElement.lang);

  // Text in which equal words are equal: small letters, the tone at the end of its syllable (hoà = hòa).
  const TONES = /[\u0300\u0301\u0303\u0309\u0323]/g;
  const exact = (text) => text.toLowerCase().normalize("NFD").replace(/[\p{L}\p{M}]+/gu, (word) => {
    const tones = word.match(TONES);
    return tones ? word.replace(TONES, "") + tones.join("") : word;
  });
  const plain = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replaceAll("đ", "d");

  const items = [...document.querySelectorAll(".quotation")].map((element, place) => ({
    element, place,
    list: element.parentElement,
    label: element.closest("section").dataset.label,
    found: element.dataset.found.split(" ").map((at) => at.split(".")),
    documents: Number(element.dataset.documents),
    date: element.dataset.date,
    change: element.dataset.change,
  }));
  const lists = [...document.querySelectorAll(".quotations")].map((element) => ({
    element, more: element.nextElementSibling, limit: STEP,
    items: items.filter((item) => item.list === element),
  }));

  // Words match from their start; between letters that are not Latin there are no words, and any place will do.
  const LATIN = "[\\p{Script=Latin}\\p{M}\\p{N}]";
  function starting(word) {
    const literal = word.replace(/[\\^$.*+?()[\]{}|\/-]/g, (sign) => "\\u{" + sign.codePointAt(0).toString(16) + "}");
    const is_latin = new RegExp("^" + LATIN, "u").test(word);
    return new RegExp((is_latin ? "(?:^|" + LATIN.replace("[", "[^") + ")" : "") + literal, "u");
  }

  // A word typed without marks matches whatever its marks; one typed with marks only itself.
  function matcher() {
    const typed = words.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const tests = typed.map((word) => {
      const is_plain = plain(word) === word.normalize("NFD");
      return is_plain
        ? { plain: starting(plain(word)) }
        : { exact: starting(exact(word)), nfc: starting(word.normalize("NFC")) };
    });
    return (item) => tests.every((test) => {
      if (item.plain === undefined) {
        const said = [...item.element.querySelectorAll("summary :is(.text, cite, .letter)")];
        const text = said.map((part) => part.textContent).join("\n");
        item.plain = plain(text);
        item.exact = exact(text);
        item.nfc = text.toLowerCase().normalize("NFC");
      }
      return Object.keys(test).some((form) => test[form].test(item[form]));
    });
  }

  const chosen = (id) => (byId(id) ? byId(id).value : "");

  const ORDERS = {
    "": (a, b) => a.place - b.place,
    repeated: (a, b) => b.documents - a.documents || a.place - b.place,
    newest: (a, b) => (a.date < b.date) - (a.date > b.date) || a.place - b.place,
    oldest: (a, b) => (a.date === "") - (b.date === "") || (a.date > b.date) - (a.date < b.date) || a.place - b.place,
  };

  function apply() {
    const [label, folder, year, change] = ["label", "folder", "year", "change"].map(chosen);
    const says = matcher();
    const order = ORDERS[chosen("order")];
    let count = 0;
    for (const list of lists) {
      const matching = list.items.filter((item) =>
        (label === "" || item.label === label)
        && (change === "" || item.change === change)
        && item.found.some(([at, within]) => (year === "" || at === year) && (folder === "" || within === folder))
        && says(item)).sort(order);
      count += matching.length;
      for (const item of list.items) item.element.hidden = true;
      matching.forEach((item, place) => {
        item.element.hidden = place >= list.limit;
        list.element.append(item.element);
      });
      list.more.hidden = matching.length <= list.limit;
      list.element.hidden = matching.length === 0;
      list.count = matching.length;
    }
    for (const section of document.querySelectorAll("section.label")) {
      const own = lists.filter((list) => section.contains(list.element));
      section.hidden = own.every((list) => list.count === 0);
      const heading = section.querySelector(".gone-heading");
      if (heading) heading.hidden = own[1].count === 0;
    }
    byId("nothing").hidden = count > 0;
    shown.textContent = shown.dataset.form.replace("{}", number.format(count)).replace("{}", number.format(items.length));
    tell();
  }

  // On paper, which has no form, what was chosen and how much of all that leaves.
  function tell() {
    const controls = [words, ...["label", "folder", "year", "change"].map(byId)].filter((control) => control && control.value.trim());
    const told = controls.map((control) => {
      const value = control === words ? `“${words.value.trim()}”` : control.selectedOptions[0].textContent;
      return `${control.labels[0].firstChild.textContent}: ${value}`;
    });
    const line = byId("chosen");
    line.textContent = [...told, shown.textContent].join(" · ");
    line.hidden = told.length === 0;
  }

  function changed() {
    for (const list of lists) list.limit = STEP;
    apply();
  }

  function step(by) {
    const visible = [...document.querySelectorAll(".quotation:not([hidden]) > details > summary")]
      .filter((summary) => summary.offsetParent !== null);
    const current = visible.indexOf(document.activeElement);
    const next = visible[current < 0 ? (by > 0 ? 0 : visible.length - 1) : current + by];
    if (next) {
      next.focus();
      next.scrollIntoView({ block: "nearest" });
    }
  }

  let typing = 0;
  words.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(changed, 120);
  });
  form.addEventListener("change", (event) => event.target !== words && changed());
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(changed));
  byId("print").addEventListener("click", () => window.print());
  window.addEventListener("beforeprint", () => {
    for (const list of lists) [list.limit_on_screen, list.limit] = [list.limit, Infinity];
    apply();
  });
  window.addEventListener("afterprint", () => {
    for (const list of lists) list.limit = list.limit_on_screen;
    apply();
  });
  for (const list of lists) {
    list.more.addEventListener("click", () => {
      const next = list.limit;
      list.limit += 4 * STEP;
      apply();
      [...list.element.children].filter((element) => !element.hidden)[next]?.querySelector("summary").focus();
    });
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const is_typing = event.target.matches("input, select");
    if (event.key === "Escape" && event.target === words) {
      words.value = "";
      changed();
    } else if (is_typing) {
      return;
    } else if (event.key === "/") {
      event.preventDefault();
      words.focus();
    } else if (event.key === "j" || event.key === "k") {
      step(event.key === "j" ? 1 : -1);
    }
  });

  form.hidden = false;
  document.querySelector(".keys").hidden = false;
  apply();
})();
