// Everybody in the file, and how they are found.
const LETTERS = { "œ": "oe", "æ": "ae", "ß": "ss", "đ": "d", "ø": "o", "ł": "l", "ı": "i" };

export const messages = [];
export const leftOut = [];

export function load() {
  for (const script of document.querySelectorAll("script.rows")) {
    for (const row of JSON.parse(script.textContent)) {
      row.called = plain(row.name);
      (row.reason ? leftOut : messages).push(row);
    }
    script.remove();
  }
}

// `Ngọc`, `O’Connor`, `Jean-Luc`: accents, apostrophes and hyphens make no difference.
function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase()
    .replace(/[œæßđøłı]/g, (letter) => LETTERS[letter]).replace(/['’ʼ`´]/g, "").replace(/[-‐‑–]/g, " ");
}

// What is typed is a number, national or international, or words that a name holds in any order.
export function wanted(typed) {
  if (/^[+\d\s().\/-]+$/.test(typed)) {
    const digits = typed.replace(/\D/g, "").replace(/^00/, "").replace(/^0/, "");
    return (row) => row.to.includes(digits) || String(row.id) === typed.trim();
  }
  const words = plain(typed).split(/\s+/).filter(Boolean);
  return (row) => words.every((word) => row.called.includes(word));
}
