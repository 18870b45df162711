// The pages work without this file. It keeps slider and number in step, and lets `/` find.
const at = document.getElementById("at"), slide = document.getElementById("slide");
if (at && slide) {
  slide.hidden = false;
  document.querySelectorAll(".no-js").forEach((one) => { one.hidden = true; });
  slide.addEventListener("input", () => { at.value = slide.value; });
  at.addEventListener("input", () => { slide.value = at.value; });
}
document.addEventListener("keydown", (event) => {
  const find = document.getElementById("q");
  if (event.key !== "/" || !find || event.target.matches("input, select, textarea")) return;
  event.preventDefault();
  find.focus();
});
