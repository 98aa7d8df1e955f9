// Shows the questions that have all the words that are typed. Without this file all of them are shown.
const box = document.getElementById("core-search");
const plain = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, ""); // people leave accents out
if (box) {
  box.closest(".field").hidden = false;
  box.addEventListener("input", () => {
    const words = plain(box.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const item of document.querySelectorAll("[data-core]")) {
      item.hidden = !words.every((word) => plain(`${item.textContent} ${item.dataset.core}`).includes(word));
      shown += item.hidden ? 0 : 1;
    }
    document.getElementById("core-none").hidden = shown > 0;
  });
}
