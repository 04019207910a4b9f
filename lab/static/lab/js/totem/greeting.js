// Who has just badged beside the screen. The server says who and for how long; nothing is kept after that.
const PATIENCE = 3_000;
const LONGEST = 15; // seconds, whatever the server says

const place = document.getElementById("greeting");
let asking = false;
let again = false;
let timer = 0;

export async function greet() {
  again = asking;
  if (asking) return;
  asking = true;
  try {
    const answer = await fetch(`${location.pathname}greeting/`, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    show(answer.status === 200 ? await answer.text() : "");
  } catch {
    show("");
  } finally {
    asking = false;
    if (again) greet();
  }
}

function show(text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const told = page.querySelector("[data-seconds]");
  clearTimeout(timer);
  place.replaceChildren(...(told ? [document.adoptNode(told)] : []));
  place.hidden = !told;
  if (told) timer = setTimeout(() => show(""), Math.min(Number(told.dataset.seconds), LONGEST) * 1000);
}
