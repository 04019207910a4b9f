// The lab's clock in the head, and ages that grow while one looks.
import { age, clock, date, moment, now } from "./times.js";

function tick() {
  const at = now();
  for (const place of document.querySelectorAll("[data-lab-clock]")) {
    place.textContent = clock(at);
  }
  for (const place of document.querySelectorAll("[data-lab-date]")) {
    place.textContent = date(at);
  }
  for (const place of document.querySelectorAll("[data-age]")) {
    const since = moment(place.dataset.age);
    if (since) place.textContent = age(since);
  }
}

tick();
setInterval(tick, 1000);
