// Proposes an address while one types a name, until somebody writes another one.
function slugOf(name) {
  const plain = name.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 50);
}

document.querySelectorAll("[data-slug-of]").forEach((slug) => {
  const name = document.getElementById(slug.dataset.slugOf);
  if (!name || slug.value) return;
  let proposed = "";
  name.addEventListener("input", () => {
    if (slug.value !== proposed) return;
    proposed = slugOf(name.value);
    slug.value = proposed;
  });
});
