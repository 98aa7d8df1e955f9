// The sheet: moves between cells as in a table, and keeps what was typed when the page is left by mistake.
// Without this file Tab does the same, one cell after the other.

const table = document.querySelector("[data-sheet]");

const cellAt = (input, down, right) => {
  const column = input.closest("td").cellIndex + right;
  let row = input.closest("tr");
  for (let i = 0; i < Math.abs(down); i += 1) row = down > 0 ? row?.nextElementSibling : row?.previousElementSibling;
  return row?.cells[column]?.querySelector("input");
};

const moves = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] };

table?.addEventListener("keydown", (event) => {
  const input = event.target.closest("input");
  if (!input || event.altKey || event.ctrlKey || event.metaKey) return;
  let move = moves[event.key];
  if (event.key === "Enter") move = [event.shiftKey ? -1 : 1, 0];
  if (!move) return;
  // Inside a word the arrows go on moving the cursor.
  const isAtStart = input.selectionStart === 0 && input.selectionEnd === 0;
  const isAtEnd = input.selectionStart === input.value.length;
  const isWhole = input.selectionStart === 0 && input.selectionEnd === input.value.length;
  if (event.key === "ArrowLeft" && !isAtStart && !isWhole) return;
  if (event.key === "ArrowRight" && !isAtEnd && !isWhole) return;
  event.preventDefault();
  const next = cellAt(input, ...move);
  next?.focus();
  next?.select();
});

// Leaving with something typed asks first; saving does not.
let isSaving = false;
document.getElementById("sheet")?.addEventListener("submit", () => (isSaving = true));
addEventListener("beforeunload", (event) => {
  const isChanged = [...(table?.querySelectorAll("input") ?? [])].some((input) => input.value !== input.defaultValue);
  if (isChanged && !isSaving) event.preventDefault();
});
